#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "remote/protocol.h"

namespace mlops::remote {

/// What the states of a head add up to. Plain data; one thread.
class State {
 public:
  struct Pin {
    Bytes root;            ///< as a store has it
    std::string data_set;  ///< may be empty
  };

  /// In order. Error{corrupt} for what cannot follow from what was before.
  void apply(std::span<const Record> records, const std::string& where);
  /// The shortest list of records that gives this state.
  std::vector<Record> records() const;

  const std::map<PackRef, std::uint64_t>& packs() const { return packs_; }  ///< live; their sizes
  const std::set<PackRef>& pack_trash() const { return pack_trash_; }
  const std::map<Digest, std::uint64_t>& indexes() const { return indexes_; }
  const std::set<Digest>& index_trash() const { return index_trash_; }
  const std::map<store::ObjectId, Pin>& roots() const { return roots_; }
  const std::set<SessionId>& session_trash() const { return session_trash_; }

 private:
  void apply_one(const Record& record, const std::string& where);

  std::map<PackRef, std::uint64_t> packs_;
  std::set<PackRef> pack_trash_;
  std::map<Digest, std::uint64_t> indexes_;
  std::set<Digest> index_trash_;
  std::map<store::ObjectId, Pin> roots_;
  std::set<SessionId> session_trash_;
};

}  // namespace mlops::remote
