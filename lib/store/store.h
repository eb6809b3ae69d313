#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "os/fd.h"
#include "os/lock.h"
#include "os/pool.h"
#include "store/clones.h"
#include "store/foreign.h"
#include "store/id.h"
#include "store/transfer.h"
#include "store/tree.h"

namespace mlops::store {

namespace fs = std::filesystem;

/// Objects of like kind and place share blocks, so that small files compress together. A block
/// never holds objects of two groups; it holds those of two directories only if it would stay
/// small.
struct PlacementHint {
  std::string group;      ///< the data set
  std::string directory;  ///< inside it; may be empty
  enum class Compress { automatic, no } compress = Compress::automatic;
};

/// Smaller files are not worth a look at whose blocks they could share.
constexpr std::uint64_t kMinSharedFile = 1U << 20U;

struct WriteCounts {
  std::uint64_t new_objects = 0;
  std::uint64_t new_bytes = 0;     ///< before compression
  std::uint64_t stored_bytes = 0;  ///< after
  std::uint64_t reused_objects = 0;
  std::uint64_t reused_bytes = 0;
  std::uint64_t healed_objects = 0;  ///< of the new: the store had them damaged; after a commit
};

/// One add or run: objects go in, `commit` makes a root durable. Any thread may call put_* at the
/// same time. Without commit everything written is garbage for gc, never a dangling reference.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Stores the content unless the store has it; returns its id either way.
  virtual ObjectId put(ObjectType type,
                       std::span<const std::uint8_t> content,
                       const PlacementHint& hint) = 0;
  /// Chunks and stores a file's bytes from `read` (fills the buffer, returns the count; fewer than
  /// asked only at the end). Returns the entry with size and id; name and kind are the caller's.
  virtual Entry put_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                         const PlacementHint& hint) = 0;
  /// The same for an open file, the whole of which `read` gives: what does not compress is laid so
  /// that the packs share its blocks, where the file system can.
  virtual Entry put_disk_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                              const PlacementHint& hint,
                              const std::shared_ptr<const os::Fd>& /*file*/) {
    return put_file(read, hint);
  }
  virtual ObjectId put_node(const Node& node, const PlacementHint& hint) = 0;
  /// The commit point: all packs and their index durable, then the root. May be called again, for
  /// another root of the same session. After an error of put_* or commit every later call fails.
  /// The same content again gives the root that it has already. Error{io} when any sync failed:
  /// nothing is committed.
  /// `data_set`, a path, is noted for a new root, so that gc can say what it removes.
  virtual ObjectId commit(const Entry& top, std::string_view data_set) = 0;
  ObjectId commit(const Entry& top) { return commit(top, {}); }
  /// The same for a version of which a part is here (Store::find_partial_root): its directories
  /// were put, or are those of another such version; of its files whatever is here.
  virtual ObjectId commit_part(const Entry& top) { return commit(top, {}); }
  virtual WriteCounts counts() const = 0;
};

/// Computes the ids that a store's writer would, and stores nothing; `commit` is Error{internal}.
/// `pool`, which must outlive the writer, shares the work on large files.
std::unique_ptr<Writer> make_hash_only_writer(os::ThreadPool* pool = nullptr);

/// A damaged or missing object and whom it hurts.
struct Damage {
  ObjectId id;
  ObjectType type = ObjectType::chunk;
  std::string problem;          ///< "missing", "content does not match its id", …
  std::string where;            ///< pack file, or empty when no pack holds it
  std::vector<ObjectId> roots;  ///< versions that need it
};

/// A stretch of a pack in which nothing can be read.
struct DamagedBytes {
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< the first byte after it
  std::string problem;
  /// ", bytes 0..63: header is damaged"; without the numbers where there are no bytes.
  std::string describe() const;
};

/// Damaged bytes that hold no object that anybody knows of: header, table of contents, or blocks
/// that no index names.
struct PackDamage {
  std::string pack;  ///< its name
  DamagedBytes bytes;
  std::string where;  ///< pack file
};

/// A file of the map of foreign versions that cannot be believed: what other tools named in git's
/// history is not found by it.
using MapDamage = ForeignVersions::Problem;

struct FsckReport {
  std::uint64_t packs = 0;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;  ///< stored
  std::uint64_t roots = 0;
  std::vector<Damage> damages;
  std::vector<PackDamage> pack_damages;
  std::vector<MapDamage> map_damages;
  std::vector<std::string> notes;  ///< "index rebuilt from packs" …
  bool is_clean() const { return damages.empty() && pack_damages.empty() && map_damages.empty(); }
};

/// Of the cached results that only the cache still needs, what may stay.
struct CacheLimits {
  std::chrono::milliseconds max_age{0};
  std::uint64_t max_bytes = 0;  ///< of the outs that they keep, before compression
};
enum class GcMode { dry_run, remove };
struct GcRequest {
  /// The roots that anything outside of the store names. Asked before marking, and again when
  /// nobody else can write any more. An error of it ends gc with nothing removed.
  std::function<std::vector<ObjectId>()> find_live;
  CacheLimits cache;
  GcMode mode = GcMode::dry_run;
  const os::Waiter* waiter = nullptr;  ///< absent: Error{locked} while others write
};
/// A version that nothing names.
struct DeadVersion {
  ObjectId root;
  std::string data_set;  ///< the path under which it was first added; may be empty
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;      ///< of its content
  std::uint64_t own_bytes = 0;  ///< of these, what no version before it in the report or in use has
};
struct GcReport {
  std::vector<DeadVersion> versions;  ///< removed, or in a dry run: would be
  std::uint64_t live_versions = 0;    ///< that the store has
  std::uint64_t absent_versions = 0;  ///< named, and not in this store
  std::uint64_t results = 0;          ///< cached results that went
  std::uint64_t packs_removed = 0;    ///< with nothing live in them
  std::uint64_t packs_rewritten = 0;
  std::uint64_t packs_damaged = 0;  ///< left as they are: fsck names what is damaged
  std::uint64_t freed_bytes = 0;    ///< of packs; in a dry run an estimate
  std::uint64_t kept_bytes = 0;     ///< of packs, afterwards
  std::string problem;              ///< why packs could not be rewritten (disk full)
};

/// Where repair finds good copies of what the packs hold damaged or not at all: the work tree.
class CopySource {
 public:
  virtual ~CopySource() = default;
  virtual std::string name() const = 0;  ///< "work tree"
  /// Puts what it has into `sink`, likeliest first (`hurt` are versions that lack something), until
  /// `is_enough`. Nothing of it is trusted: the sink computes ids and keeps what is wanted. Asked
  /// twice, first for what there is, then for the bytes.
  virtual void offer(std::span<const ObjectId> hurt,
                     Writer& sink,
                     const std::function<bool()>& is_enough) = 0;
};

struct RepairRequest {
  std::vector<CopySource*> sources;
  enum class Change { nothing, everything } change = Change::everything;
  const os::Waiter* waiter = nullptr;  ///< for other processes; without one Error{locked}
};

struct Healing {
  ObjectId id;
  ObjectType type = ObjectType::chunk;
  std::string from;  ///< "another pack", a source's name, or why nothing was to be done
};
struct RepairReport {
  FsckReport before;
  std::vector<Healing> healed;         ///< where nothing changes: what could be
  std::vector<Damage> lost;            ///< nobody who was asked has a good copy
  std::vector<std::string> set_aside;  ///< names of damaged packs, now in the quarantine
  std::vector<std::string> forgotten;  ///< names of packs that only an index knew
  std::vector<std::string> dropped;    ///< derived and temporary files, relative to the store
  std::vector<std::string> notes;
  FsckReport after;  ///< where nothing changes: as before
};

/// The local store: packs, indexes, roots (DESIGN section 5, mlops-store(5)). Concurrent processes
/// are safe: shared lock for writing, exclusive only for taking packs away. Reads verify every
/// object; wrong bytes are never returned. Any thread may read.
class Store {
 public:
  /// Creates the directory tree if needed. Error{config} for a store of an unknown format, one
  /// that belongs to somebody else, or one of whose directories is a link. `pool`, which must
  /// outlive the store, shares the work on large files; without one the caller's thread does it.
  /// `clone`: the git common directory of the clone that uses it. The store then knows it: at once
  /// where that can be, and in any case before the first writer (Error{io} of begin_write).
  static std::unique_ptr<Store> open(const fs::path& directory,
                                     os::ThreadPool* pool = nullptr,
                                     const std::optional<fs::path>& clone = std::nullopt);
  virtual ~Store() = default;

  virtual const fs::path& directory() const = 0;
  virtual bool contains(const ObjectId& id) const = 0;
  /// Error{corrupt} when missing or damaged, with id and pack.
  virtual std::vector<std::uint8_t> read(ObjectType type, const ObjectId& id) const = 0;
  virtual Node read_node(const ObjectId& id) const = 0;
  virtual FileContent read_file_content(const Entry& file) const = 0;
  /// The file's bytes in order, verified, in pieces of at most 256 KiB.
  virtual void read_file(const Entry& file,
                         const std::function<void(std::span<const std::uint8_t>)>& sink) const = 0;

  /// Writes the file's bytes, verified, to the new and empty `to`; a large one shares the packs'
  /// blocks where the file system can. `on_piece` is told the size of each piece that is there.
  virtual void write_file(const Entry& file,
                          const os::Fd& to,
                          const fs::path& name,
                          const std::function<void(std::size_t)>& on_piece) const = 0;

  virtual std::optional<Root> find_root(const ObjectId& root) const = 0;
  /// The same, also of a version of which only a part is here: all its directories, not all files.
  virtual std::optional<Root> find_partial_root(const ObjectId& root) const = 0;
  virtual Root load_root(const ObjectId& root) const = 0;  ///< Error{corrupt}
  /// The root that this content has already, if any.
  virtual std::optional<ObjectId> find_root_of(const Entry& top) const = 0;
  virtual std::vector<ObjectId> list_roots() const = 0;
  virtual std::vector<ObjectId> list_partial_roots() const = 0;

  /// While another process cleans the store: waits, or without a waiter Error{locked}.
  virtual std::unique_ptr<Writer> begin_write(const os::Waiter* waiter) = 0;
  std::unique_ptr<Writer> begin_write() { return begin_write(nullptr); }

  /// While it lives, gc removes nothing: what was found in the store stays there until whoever
  /// found it has named it where gc looks. Errors as of begin_write.
  virtual os::FileLock hold(const os::Waiter* waiter) = 0;
  /// The clones that use this store.
  virtual std::vector<Clone> clones() const = 0;

  /// Removes what no root leads to. Marks and rewrites packs while others read and write; only the
  /// last step, which removes, is alone, and keeps what came meanwhile. Error{corrupt} when a
  /// version that is in use is not whole, Error{locked} for another gc, or for writers.
  virtual GcReport gc(const GcRequest& request, Progress& progress, const CancelToken& cancel) = 0;

  /// Of these versions, what `is_there` does not say to be there, pack by pack; of one of which a
  /// part is here, of that part. The store must be held meanwhile. Error{corrupt} for a version
  /// that lacks what it should have.
  virtual std::unique_ptr<PackExport> export_versions(
      std::span<const ObjectId> roots,
      const std::function<bool(const ObjectId&)>& is_there,
      const CancelToken& cancel) = 0;
  /// Takes over what others packed. Errors as of begin_write.
  virtual std::unique_ptr<Importer> begin_import(const os::Waiter* waiter) = 0;

  /// The run cache: small values by key, each written in one step. Error{corrupt} is never thrown:
  /// a damaged entry is a miss.
  virtual std::optional<std::string> find_result(const ObjectId& key) const = 0;
  virtual void put_result(const ObjectId& key, std::string_view value) = 0;

  /// The versions that convert took over from other tools. One thread.
  virtual const ForeignVersions& foreign() const = 0;
  virtual void add_foreign(const std::map<ForeignId, ObjectId>& versions) = 0;

  /// Reads every object of every pack and walks every root. Never changes anything but derived
  /// indexes, which it rebuilds when they are damaged. Shares the store with writers; while another
  /// process cleans it: waits, or without a waiter Error{locked}.
  virtual FsckReport fsck(const os::Waiter* waiter,
                          Progress& progress,
                          const CancelToken& cancel) = 0;
  FsckReport fsck(Progress& progress, const CancelToken& cancel) {
    return fsck(nullptr, progress, cancel);
  }
  /// Checks, stores good copies of what is damaged, and moves packs whose objects are then all
  /// sound elsewhere into the quarantine. Nothing is deleted but derived and temporary files, and a
  /// pack that may hold the last copy of anything stays where it is. After any failure the store
  /// has what it had. Again gives the same. Alone in the store only while it moves packs.
  virtual RepairReport repair(const RepairRequest& request,
                              Progress& progress,
                              const CancelToken& cancel) = 0;
};

}  // namespace mlops::store
