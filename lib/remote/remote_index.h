#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "remote/chain.h"
#include "store/index_segment.h"

namespace mlops::remote {

/// Where objects lie in the live packs of a remote, by its index segments. Reading is for any
/// thread, `update` for one.
class RemoteIndex {
 public:
  /// Reads the segments of the chain's state that are not known yet, from the clone's cache or from
  /// the remote, where each is held against its name. What they say of packs that are not live
  /// counts for nothing. Error{corrupt} for a segment that is missing or damaged: what it covers
  /// must not be taken for absent.
  void update(const Chain& chain);

  struct Place {
    PackRef pack;
    store::PackedObject object;
  };
  bool contains(const store::ObjectId& id) const;
  /// In one of the live packs that have it.
  std::optional<Place> find(const store::ObjectId& id) const;
  std::uint64_t pack_size(const PackRef& pack) const;
  /// Offsets at which blocks of the pack begin, sorted, and the pack's size behind them. As
  /// `update`, for one thread.
  const std::vector<std::uint64_t>& block_bounds(const PackRef& pack);
  /// Live packs that no segment covers: nothing of them is found.
  std::vector<PackRef> uncovered() const;

 private:
  std::unique_ptr<store::IndexSegment> load(const Chain& chain,
                                            const Digest& name,
                                            std::uint64_t size) const;
  void read_bounds(const store::IndexSegment& segment);
  /// The live pack of that name and size.
  const PackRef* find_live(const store::PackInfo& pack) const;

  std::map<Digest, std::unique_ptr<store::IndexSegment>> segments_;
  std::map<PackRef, std::uint64_t> packs_;
  std::map<store::PackName, PackRef> by_name_;
  std::map<store::PackName, std::vector<std::uint64_t>> bounds_;  ///< of packs that were asked for
};

}  // namespace mlops::remote
