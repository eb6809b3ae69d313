#pragma once

#include <mutex>

#include "os/lock.h"
#include "store/catalog.h"
#include "store/damage_notes.h"
#include "store/mark.h"
#include "store/object_reader.h"
#include "store/pack_writer.h"
#include "store/roots.h"
#include "store/transfer.h"

namespace mlops::store {

/// The importer of a local store (Store::begin_import). Holds the store's lock: gc takes nothing
/// away that it has just brought.
class PackImporter final : public Importer {
 public:
  struct Parts {
    const Layout& layout;
    Catalog& catalog;
    const PackSet& packs;
    const ObjectReader& reader;
    DamageNotes& notes;
    Roots& roots;
  };
  PackImporter(const Parts& parts, os::FileLock lock);

  std::optional<ObjectType> find_type(const ObjectId& id) const override;
  void add_pack(const PackName& name, std::span<const std::uint8_t> bytes) override;
  Block add_block(std::span<const std::uint8_t> bytes, const std::string& where) override;
  void finish() override;
  void commit(std::span<const ImportedRoot> roots) override;
  void commit_partial(std::span<const ImportedRoot> roots) override;

 private:
  void forget_healed();
  std::vector<Root> mark_all(std::span<const ImportedRoot> roots, Mark::Files files) const;

  Parts parts_;
  os::FileLock lock_;
  PackWriter writer_;
  std::mutex mutex_;                     ///< guards the next
  PackPublisher::Published taken_over_;  ///< whole packs that no index names yet
};

}  // namespace mlops::store
