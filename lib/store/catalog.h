#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/index_segment.h"
#include "store/layout.h"
#include "store/pack_set.h"

namespace mlops::store {

struct Location {
  PackName pack{};
  PackedObject object;
};

/// Puts the bytes of a segment into the store, durable; returns its name.
std::string publish_segment(const Layout& layout, std::span<const std::uint8_t> bytes);

/// All index segments of a store: where each object lies. Any thread.
class Catalog {
 public:
  Catalog(Layout layout, const PackSet& packs) : layout_(std::move(layout)), packs_(packs) {}

  /// Whether a pack of the indexed size holds the object: what deduplication relies on.
  bool contains(const ObjectId& id) const;
  /// All places that some index names, without looking at packs.
  std::vector<Location> find(const ObjectId& id) const;

  /// Reads the index directory anew: another process may have added or removed segments.
  void reload();
  enum class Persist { no, yes };
  /// Scans the packs that no index covers (a crash came between pack and index, or an index is
  /// damaged or gone). With `yes` the result becomes a segment file. Returns the number of packs.
  std::size_t adopt_uncovered(Persist persist);
  /// For a reader that misses an object: reads the indexes anew, believes only those that match
  /// their digest, and scans the packs that are left. Changes nothing on disk.
  void recover();
  /// Writes a segment, durable, and uses it.
  void add_segment(std::span<const PackInfo> packs, std::vector<IndexRecord> records);

  /// All segments in use now; they stay readable whatever becomes of their files.
  std::vector<std::shared_ptr<const IndexSegment>> snapshot() const;
  std::vector<PackName> covered_packs() const;
  /// All objects that an index places in this pack.
  std::vector<PackedObject> objects_of(const PackName& pack) const;
  /// Removes segment files that do not match their digest; returns their names. The packs they
  /// covered are then uncovered.
  std::vector<std::string> remove_damaged();

 private:
  struct Segment {
    explicit Segment(std::unique_ptr<IndexSegment> index);
    std::unique_ptr<IndexSegment> index;
    /// Per pack: not yet asked, usable, not usable.
    std::unique_ptr<std::atomic<std::uint8_t>[]> usable;
  };
  using Segments = std::vector<std::shared_ptr<const Segment>>;

  std::shared_ptr<const Segments> segments() const;
  enum class Trust { front, intact };
  Segments load_all(Trust trust) const;
  void append(std::unique_ptr<IndexSegment> index);
  bool is_usable(const Segment& segment, std::uint32_t pack) const;

  Layout layout_;
  const PackSet& packs_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Segments> segments_;
};

}  // namespace mlops::store
