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
  WriteCounts counts() const override;

 private:
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
  PackWriter packs_;
};

}  // namespace mlops::store
