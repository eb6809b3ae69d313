#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "workspace/workspace.h"

namespace mlops::workspace {

/// Work tree → entries. The stat cache spares the reading of what did not change (all recorded stat
/// fields equal and not racy, as git's index does).

enum class OnUnreadable { fail, skip };
enum class Symlinks { skip, store };  ///< never followed
enum class GitFiles {
  refuse,
  allow
};  ///< .gitattributes, .gitmodules, .gitignore, .lfsconfig as data
enum class NestedPointers { allow, refuse };  ///< pointers of other data sets inside
enum class Ignored { leave_out, take };       ///< by `.mlopsignore`, see tree_scan.h

struct SnapshotOptions {
  /// Whatever lies there, as a version would hold it.
  static SnapshotOptions everything();

  OnUnreadable on_unreadable = OnUnreadable::fail;
  Symlinks symlinks = Symlinks::skip;
  GitFiles git_files = GitFiles::refuse;
  NestedPointers nested_pointers = NestedPointers::allow;
  Ignored ignored = Ignored::leave_out;
  /// The version that a partly checked out data set is a part of: what is absent is as it is there.
  std::optional<store::Entry> keep_absent_of = {};
  /// Of what is absent, which belongs to the parts that were checked out; relative to the path.
  std::vector<std::string> parts = {};
  /// Looks for each file in the store, for Snapshot::unknown_files.
  enum class Count { nothing, unknown_files } count = Count::nothing;
  /// Told how many bytes are to be read, before the first is; may throw.
  std::function<void(std::uint64_t)> before_reading = {};
};

struct Snapshot {
  store::Entry top;                   ///< without a name
  std::vector<std::string> skipped;   ///< links and unreadable files, relative to the work tree
  std::uint64_t links = 0;            ///< met, stored or not
  std::uint64_t ignored = 0;          ///< files, links and directories
  std::uint64_t absent_files = 0;     ///< taken from keep_absent_of
  std::uint64_t absent_in_parts = 0;  ///< of them
  std::uint64_t unknown_files = 0;    ///< whose content the store cannot give back; if counted
  std::uint64_t read_bytes = 0;       ///< what the stat cache did not spare
};

/// The content of a file or directory of the work tree, without storing it. A file that changes
/// while it is read is read again, three times at most. All unreadable and special files are named
/// in one Error{config}. Absent: Error{not_found}.
Snapshot hash_path(Workspace& workspace,
                   std::string_view relative,
                   const SnapshotOptions& options,
                   Progress& progress,
                   const CancelToken& cancel);

/// The same with a hasher of the caller's, which sees each directory as it is put together (on this
/// thread).
Snapshot hash_path_with(Workspace& workspace,
                        store::Writer& hasher,
                        std::string_view relative,
                        const SnapshotOptions& options,
                        Progress& progress,
                        const CancelToken& cancel);

/// The same, but every file is read, whatever the stat cache says, and given to `writer`.
Snapshot offer_path(Workspace& workspace,
                    store::Writer& writer,
                    std::string_view relative,
                    const SnapshotOptions& options,
                    Progress& progress,
                    const CancelToken& cancel);

/// The same as hash_path, stored; the caller commits the writer. Objects that the store has are not
/// written again.
Snapshot store_path(Workspace& workspace,
                    store::Writer& writer,
                    std::string_view relative,
                    const SnapshotOptions& options,
                    Progress& progress,
                    const CancelToken& cancel);

/// True when the store can give back the bytes of this file or link: it has every chunk of it.
bool is_restorable(const store::Store& store, const store::Entry& file);

}  // namespace mlops::workspace
