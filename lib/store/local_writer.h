#pragma once

#include <atomic>
#include <mutex>
#include <unordered_set>

#include "os/lock.h"
#include "store/catalog.h"
#include "store/content_writer.h"
#include "store/damage_notes.h"
#include "store/object_reader.h"
#include "store/pack_writer.h"
#include "store/roots.h"

namespace mlops::store {

/// The writer of a local store. Holds the store's lock, shared, while it lives; the store outlives
/// it.
class LocalWriter final : public ContentWriter {
 public:
  LocalWriter(const Layout& layout,
              os::FileLock lock,
              Catalog& catalog,
              const ObjectReader& reader,
              DamageNotes& notes,
              Roots& roots,
              os::ThreadPool* pool);

  ObjectId put(ObjectType type,
               std::span<const std::uint8_t> content,
               const PlacementHint& hint) override;
  ObjectId commit(const Entry& top, std::string_view data_set) override;
  ObjectId commit_part(const Entry& top) override;
  WriteCounts counts() const override;

 private:
  void put_pieces(Pieces pieces,
                  const FilePlace& place,
                  const PlacementHint& hint,
                  std::span<ChunkRef> chunks) override;
  /// True for who shall store it: nobody has it yet.
  bool claim(const ObjectId& id, std::size_t size);
  /// Writes what was claimed. An error ends the session.
  template <typename Write>
  void write_claimed(const Write& write);
  bool can_share_blocks();
  /// Makes durable what was put, then the root of `top`, as `write_root` does it.
  template <typename WriteRoot>
  ObjectId commit_with(const Entry& top, const WriteRoot& write_root);
  bool is_known(const ObjectId& id);
  void forget_healed();
  void check_usable() const;

  os::FileLock lock_;
  Catalog& catalog_;
  const ObjectReader& reader_;
  DamageNotes& notes_;
  Roots& roots_;
  mutable std::mutex mutex_;              ///< guards what follows up to `failed_`
  std::unordered_set<ObjectId> written_;  ///< in this session
  WriteCounts counts_;
  std::atomic<bool> failed_{false};
  fs::path temporary_;
  std::once_flag asked_;
  bool can_share_blocks_ = false;  ///< once asked
  PackWriter packs_;
};

}  // namespace mlops::store
