#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/cancel.h"
#include "store/index_segment.h"
#include "store/object_reader.h"
#include "store/pack_set.h"
#include "store/tree.h"

namespace mlops::store {

/// What of a store is reachable from roots: one bit for each record of the index, whatever the
/// number of roots; beside it only the directories that are being read. 17 million objects take 2
/// MB and the mapped index. One thread.
class Mark {
 public:
  using Segment = std::shared_ptr<const IndexSegment>;
  Mark(const PackSet& packs, const ObjectReader& reader, const CancelToken& cancel)
      : packs_(packs), reader_(reader), cancel_(cancel) {}

  /// Objects of these segments can be marked from now on; those known already are skipped. Marks
  /// that were set before are not repeated in new ones.
  void extend(const std::vector<Segment>& segments);
  /// The root and all below it. Returns the bytes, before compression, of what it was the first to
  /// need. Error{corrupt} for an object that no pack of the right size holds, or a damaged
  /// directory or chunk list.
  /// Of a version of which only a part is here, `those_here`: chunks and chunk lists that are
  /// absent are passed over.
  enum class Files { all, those_here };
  std::uint64_t mark(const ObjectId& root_id, const Root& root, Files files = Files::all);
  /// Just this object. False when it was marked already, or no segment has it.
  bool insert(const ObjectId& id);
  bool has(const ObjectId& id) const;

  /// What a pack holds, and how much of it is marked.
  struct Tally {
    std::uint64_t objects = 0;
    std::uint64_t live_objects = 0;
    std::uint64_t bytes = 0;  ///< before compression
    std::uint64_t live_bytes = 0;
  };
  /// By pack, over the first `segments` segments; only packs that are there.
  std::map<PackName, Tally> tally(std::size_t segments) const;
  std::size_t segment_count() const { return segments_.size(); }

 private:
  struct Marked {
    Segment index;
    std::vector<bool> records;
    std::vector<bool> is_pack_usable;
  };
  struct Pending {
    ObjectId id;
    ObjectType type = ObjectType::chunk;
  };
  void visit(const ObjectId& id, std::optional<ObjectType> type);
  void visit_entry(const Entry& entry);
  void expand(const Pending& object);

  const PackSet& packs_;
  const ObjectReader& reader_;
  const CancelToken& cancel_;
  std::vector<Marked> segments_;
  std::unordered_set<std::string> names_;  ///< of segments_
  std::vector<Pending> pending_;
  Files files_ = Files::all;
  std::uint64_t new_bytes_ = 0;
};

}  // namespace mlops::store
