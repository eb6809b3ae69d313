#include "store/store.h"

#include "base/error.h"
#include "base/text.h"
#include "store/catalog.h"
#include "store/damage_notes.h"
#include "store/file_copy.h"
#include "store/fsck.h"
#include "store/gc.h"
#include "store/layout.h"
#include "store/local_writer.h"
#include "store/object_reader.h"
#include "store/pack_export.h"
#include "store/pack_import.h"
#include "store/pack_set.h"
#include "store/repair.h"
#include "store/results.h"
#include "store/roots.h"
#include "store/store_lock.h"

namespace mlops::store {

namespace {

class LocalStore final : public Store {
 public:
  LocalStore(Layout layout,
             Access access,
             os::ThreadPool* pool,
             const std::optional<fs::path>& clone)
      : layout_(std::move(layout)),
        pool_(pool),
        access_(access),
        clones_(layout_),
        packs_(layout_),
        catalog_(layout_, packs_),
        notes_(layout_),
        reader_(catalog_, packs_, access == Access::read_write ? &notes_ : nullptr),
        checker_(catalog_, packs_),
        roots_(layout_),
        results_(layout_),
        foreign_(layout_) {
    if (clone && access == Access::read_write) {
      enter(*clone);
    }
  }

  const fs::path& directory() const override { return layout_.top; }
  bool contains(const ObjectId& id) const override { return reader_.contains(id); }

  std::vector<std::uint8_t> read(ObjectType type, const ObjectId& id) const override {
    const ObjectView view = reader_.read(type, id);
    return {view.bytes.begin(), view.bytes.end()};
  }
  Node read_node(const ObjectId& id) const override { return reader_.read_node(id); }
  FileContent read_file_content(const Entry& file) const override {
    return reader_.read_file_content(file);
  }
  void read_file(const Entry& file,
                 const std::function<void(std::span<const std::uint8_t>)>& sink) const override {
    reader_.read_file(file, sink);
  }
  void write_file(const Entry& file,
                  const os::Fd& to,
                  const fs::path& name,
                  const std::function<void(std::size_t)>& on_piece) const override {
    reader_.write_file(file, {to, name, on_piece});
  }

  std::optional<Root> find_root(const ObjectId& root) const override { return roots_.find(root); }
  std::optional<Root> find_partial_root(const ObjectId& root) const override {
    return roots_.find_partial(root);
  }
  Root load_root(const ObjectId& root) const override;
  std::optional<ObjectId> find_root_of(const Entry& top) const override {
    return roots_.find_of(top);
  }
  std::vector<ObjectId> list_roots() const override { return roots_.list(); }
  std::vector<ObjectId> list_partial_roots() const override { return roots_.list_partial(); }

  std::unique_ptr<Writer> begin_write(const os::Waiter* waiter) override;

  os::FileLock hold(const os::Waiter* waiter) override;
  std::vector<Clone> clones() const override { return clones_.list(); }
  GcReport gc(const GcRequest& request, Progress& progress, const CancelToken& cancel) override {
    check_writable();
    return collect_garbage(parts(), request, progress, cancel);
  }

  std::unique_ptr<PackExport> export_versions(std::span<const ObjectId> roots,
                                              const std::function<bool(const ObjectId&)>& is_there,
                                              const CancelToken& cancel) override {
    // Believes no damaged index, and finds the packs that none covers.
    catalog_.recover();
    return std::make_unique<LocalPackExport>(
        LocalPackExport::Parts{layout_, packs_, catalog_, reader_, roots_},
        roots,
        is_there,
        cancel);
  }
  std::unique_ptr<Importer> begin_import(const os::Waiter* waiter) override;

  std::optional<std::string> find_result(const ObjectId& key) const override {
    return results_.find(key);
  }
  void put_result(const ObjectId& key, std::string_view value) override {
    check_writable();
    results_.put(key, value);
  }

  const ForeignVersions& foreign() const override { return foreign_; }
  void add_foreign(const std::map<ForeignId, ObjectId>& versions) override {
    check_writable();
    foreign_.add(versions);
  }

  FsckReport fsck(const os::Waiter* waiter,
                  Progress& progress,
                  const CancelToken& cancel) override {
    check_writable();
    const auto lock = lock_store(layout_, os::LockMode::shared, waiter);
    return check_store(parts(), progress, cancel);
  }
  RepairReport repair(const RepairRequest& request,
                      Progress& progress,
                      const CancelToken& cancel) override {
    check_writable();
    return repair_store(parts(), request, progress, cancel);
  }

 private:
  void check_writable() const;
  void catch_up();
  void enter(const fs::path& clone);
  StoreParts parts() {
    return {layout_, packs_, catalog_, checker_, notes_, roots_, results_, foreign_};
  }

  Layout layout_;
  os::ThreadPool* pool_;
  Access access_;
  Clones clones_;
  std::optional<Error> clone_failure_;  ///< whoever only reads can do without
  PackSet packs_;
  mutable Catalog catalog_;
  DamageNotes notes_;
  ObjectReader reader_;
  /// Notes nothing: whoever checks the store does that when he has seen the whole of it.
  ObjectReader checker_;
  Roots roots_;
  Results results_;
  ForeignVersions foreign_;
};

void LocalStore::check_writable() const {
  if (access_ == Access::read_only) {
    throw Error(ErrorKind::config,
                "store " + quote(layout_.top.string()) +
                    " has a feature that this version of mlops can read, but not write",
                "install a newer mlops");
  }
}

Root LocalStore::load_root(const ObjectId& root) const {
  if (auto found = roots_.find(root)) {
    return std::move(*found);
  }
  throw Error(ErrorKind::corrupt, "root " + root.hex() + " is not in the store", "mlops data fsck");
}

void LocalStore::enter(const fs::path& clone) {
  try {
    clones_.enter(clone);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    clone_failure_ = error;
  }
}

os::FileLock LocalStore::hold(const os::Waiter* waiter) {
  check_writable();
  os::FileLock lock = lock_store(layout_, os::LockMode::shared, waiter);
  // Before the first root: a clone that gc does not know keeps nothing alive.
  if (clone_failure_) {
    throw Error(*clone_failure_);
  }
  clones_.sync();
  return lock;
}

/// What another process wrote or removed, and what one that died left without an index.
void LocalStore::catch_up() {
  catalog_.reload();
  catalog_.adopt_uncovered(Catalog::Persist::yes);
  notes_.reload();
}

std::unique_ptr<Importer> LocalStore::begin_import(const os::Waiter* waiter) {
  os::FileLock lock = hold(waiter);
  catch_up();
  return std::make_unique<PackImporter>(
      PackImporter::Parts{layout_, catalog_, packs_, reader_, notes_, roots_}, std::move(lock));
}

std::unique_ptr<Writer> LocalStore::begin_write(const os::Waiter* waiter) {
  os::FileLock lock = hold(waiter);
  catch_up();
  return std::make_unique<LocalWriter>(
      layout_, std::move(lock), catalog_, reader_, notes_, roots_, pool_);
}

}  // namespace

std::unique_ptr<Store> Store::open(const fs::path& directory,
                                   os::ThreadPool* pool,
                                   const std::optional<fs::path>& clone) {
  Layout layout{fs::absolute(directory).lexically_normal()};
  const Access access = open_layout(layout);
  return std::make_unique<LocalStore>(std::move(layout), access, pool, clone);
}

}  // namespace mlops::store
