#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/beneath.h"
#include "os/pool.h"
#include "workspace/clean_directories.h"
#include "workspace/tracked_data.h"

namespace mlops::workspace {

/// What lies in the work tree at one path: names and stat, no content read, no link followed.
/// Breadth first and without recursion: no depth of a hostile tree meets the stack.
///
/// What `.mlopsignore` files say is no data is apart, here for every command: those of the
/// directories from the work tree's top down, by the rules of gitignore(5). A directory that they
/// ignore is not looked into. They do not reach the data set itself, nor what it has already.

inline constexpr std::size_t kNoDirectory = static_cast<std::size_t>(-1);

struct ScannedEntry {
  std::string name;
  os::FileStat stat;
  /// Of a directory: its place in Scan::directories. None: it is clean, and was not looked into.
  std::size_t directory = kNoDirectory;
};
struct ScannedDirectory {
  std::string path;                   ///< relative to the work tree's top
  os::FileStat stat;                  ///< before it was listed
  std::size_t names = 0;              ///< that the listing had
  bool has_rules = false;             ///< ignore rules reach what is in it
  std::vector<ScannedEntry> entries;  ///< sorted by the bytes of their names
  std::vector<ScannedEntry> ignored;  ///< the same; they are not among the entries
};
/// A path that cannot be used, and why: "permission denied", "is a named pipe or a device" …
struct PathProblem {
  std::string path;
  std::string problem;
};
struct Scan {
  std::optional<os::FileStat> top;            ///< nothing: absent
  bool is_clean = false;                      ///< the top itself, which was not looked into
  std::vector<ScannedDirectory> directories;  ///< parents first; [0] is the top if a directory
  std::vector<PathProblem> unreadable;        ///< directories that cannot be listed
};

/// `tracked` says what rules do not reach; without it none are read. `clean`: directories that need
/// not be looked into where no rules hold. Stops at a path component that
/// is a link with Error{conflict} that names it; a `.mlopsignore` that is a link is one too, and
/// Error{config} when it is too large. Uses the pool.
Scan scan_tree(const os::Beneath& tree,
               os::ThreadPool& pool,
               std::string_view relative,
               TrackedData* tracked,
               const CancelToken& cancel,
               const CleanDirectories& clean = {});

/// One Error{config}: `summary` and the first 20 problems by path, a line each, and how many more.
[[noreturn]] void fail_problems(std::string summary,
                                std::vector<PathProblem> problems,
                                std::string hint);
/// The same lines, for other errors.
std::vector<std::string> problem_lines(std::vector<PathProblem> problems);

/// How the names of files and directories start that a killed checkout may have left: no data.
inline constexpr std::string_view kLeftoverPrefix = ".mlops-tmp-";
bool is_leftover(std::string_view name);

}  // namespace mlops::workspace
