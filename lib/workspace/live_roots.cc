#include "workspace/live_roots.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "workspace/data_sets.h"
#include "workspace/dvc_files.h"
#include "workspace/foreign_pointers.h"
#include "workspace/lfs_pointer.h"
#include "workspace/lock_file.h"
#include "workspace/main_work_trees.h"
#include "workspace/merge_notes.h"
#include "workspace/pointer.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::size_t kPieceBytes = 1U << 20U;
constexpr std::size_t kLongestRoot = 67;  ///< "r1:" and 64 digits

/// Of the files that may name versions; "" is all files.
std::vector<std::string> suffixes(const store::ForeignVersions& foreign) {
  std::vector<std::string> suffixes = list_foreign_suffixes(foreign);
  suffixes.emplace_back(kPointerSuffix);
  suffixes.emplace_back(kLockSuffix);
  return suffixes;
}

bool is_pointer_name(std::string_view path) {
  const std::string_view leaf = leaf_of(path);
  return leaf.ends_with(kPointerSuffix) && leaf.size() > kPointerSuffix.size();
}

bool is_name_of_ours(std::string_view path) {
  return is_pointer_name(path) || path.ends_with(kLockSuffix);
}

/// Empty when it is larger: then it is no pointer.
std::string read_small_blob(const git::Repository& repository,
                            const git::Oid& blob,
                            std::uint64_t most) {
  try {
    return repository.read_blob(blob, most);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    return {};
  }
}

std::string short_oid(const git::Oid& oid) {
  constexpr std::size_t kShown = 12;
  return oid.substr(0, kShown);
}

Error gone_clone(const store::Clone& clone, const std::string& problem) {
  return {
      ErrorKind::config,
      fmt::format("the clone {} uses this store and {}", quote(clone.common_dir.string()), problem),
      "run any mlops command in it, wherever it is now; if it is gone for good: " +
          shell_join({"rm", "--", clone.record.string()})};
}

/// What kept the clone from being read, with the step that mends it.
Error refusal(const store::Clone& clone, const Error& error) {
  Error refused(
      error.kind(),
      error.message(),
      error.hint().empty() ? "put it right, or remove it; then: mlops data gc" : error.hint());
  for (const std::string& line : error.context()) {
    refused.add_context(line);
  }
  refused.add_context(fmt::format("clone {}: nothing was removed from the store",
                                  quote(clone.common_dir.string())));
  return refused;
}

}  // namespace

struct LiveRoots::CloneState {
  git::History history;
  std::set<std::pair<git::Oid, bool>> blobs;  ///< read already; whether as a pointer
};

LiveRoots::LiveRoots(OpenOptions options, const store::Store& store)
    : options_(std::move(options)), store_(store) {}
LiveRoots::~LiveRoots() = default;

std::vector<store::ObjectId> LiveRoots::find(const std::vector<store::Clone>& clones,
                                             Progress& progress,
                                             const CancelToken& cancel) {
  if (store_.foreign().reload()) {
    clones_.clear();  // what histories name in the words of other tools, they name anew
  }
  progress.begin("reading clones", clones.size(), 0);
  for (const store::Clone& clone : clones) {
    cancel.check();
    try {
      read_clone(clone, cancel);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) {
        throw;
      }
      throw refusal(clone, error);
    }
    progress.advance(1, 0);
  }
  progress.end();
  return {roots_.begin(), roots_.end()};
}

LiveRoots::CloneState& LiveRoots::state_of(const store::Clone& clone) {
  auto& state = clones_[clone.id];
  if (!state) {
    state = std::make_unique<CloneState>(
        CloneState{git::History::open(clone.common_dir, options_.git), {}});
  }
  return *state;
}

/// Work trees before history: what is committed meanwhile is then found there.
void LiveRoots::read_clone(const store::Clone& clone, const CancelToken& cancel) {
  if (const std::string problem = store::clone_problem(clone); !problem.empty()) {
    throw gone_clone(clone, problem);
  }
  CloneState& state = state_of(clone);
  if (const auto gap = state.history.find_gap()) {
    throw Error(ErrorKind::config,
                fmt::format("the clone {} may not know all versions that it needs: {}",
                            quote(clone.common_dir.string()),
                            gap->problem),
                gap->step);
  }
  auto trees = state.history.work_trees();
  if (!trees.is_main_known) {
    add_noted_work_trees(clone, trees.list);
  }
  for (const git::History::WorkTree& tree : trees.list) {
    cancel.check();
    try {
      read_work_tree(tree.top, clone);
    } catch (Error& error) {
      throw error.add_context("work tree " + quote(tree.top.string()));
    }
  }
  read_history(state, cancel);
  read_notes(clone.common_dir / "mlops");
  read_runs(clone.common_dir / "mlops" / "runs", cancel);
}

/// Of a clone whose git directory does not say where its work tree is.
void LiveRoots::add_noted_work_trees(const store::Clone& clone,
                                     std::vector<git::History::WorkTree>& trees) const {
  std::set<fs::path> tops;
  for (const fs::path& top : list_main_work_trees(clone.common_dir)) {
    tops.insert(top);
  }
  const auto here = Workspace::open(options_);
  if (here->repository().git_dir() == clone.common_dir) {
    tops.insert(here->top());
  }
  if (tops.empty()) {
    throw Error(ErrorKind::config,
                fmt::format("the work tree of {} cannot be found from there",
                            quote(clone.common_dir.string())),
                "in that work tree, wherever it is now: mlops data status");
  }
  for (const fs::path& top : tops) {
    trees.push_back({top, clone.common_dir});
  }
}

void LiveRoots::read_work_tree(const fs::path& top, const store::Clone& clone) {
  const auto stat = os::lstat_file(top);
  if (!stat) {
    throw Error(ErrorKind::config,
                fmt::format("the work tree {} is gone", quote(top.string())),
                shell_join({"git", "-C", clone.common_dir.string(), "worktree", "prune"}));
  }
  OpenOptions options = options_;
  options.directory = top;
  const auto workspace = Workspace::open(options);
  if (!fs::equivalent(workspace->repository().common_dir(), clone.common_dir)) {
    throw Error(
        ErrorKind::config,
        fmt::format("the work tree {} belongs to another repository now", quote(top.string())),
        shell_join({"git", "-C", clone.common_dir.string(), "worktree", "prune"}));
  }
  read_index(*workspace);
  const TextFiles files = find_text_files(*workspace);
  for (const std::string& data_set : files.pointers) {
    if (const auto pointer = read_pointer(*workspace, data_set)) {
      roots_.insert(pointer->root);
    }
  }
  for (const std::string& lock : files.locks) {
    if (const auto text = workspace::read_text(workspace->tree(), lock, kMaxLockBytes)) {
      read_text(lock, *text, lock);
    }
  }
}

/// All stages: a merge that is not finished names what either side had.
void LiveRoots::read_index(Workspace& workspace) {
  for (const git::TreeEntry& entry : workspace.repository().list_index()) {
    const bool is_file =
        entry.kind == git::EntryKind::file || entry.kind == git::EntryKind::executable;
    if (is_file && is_name_of_ours(entry.path)) {
      const std::string text = workspace.repository().read_blob(entry.oid, kMaxLockBytes);
      read_text(
          entry.path, text, entry.path + " in the index of " + quote(workspace.top().string()));
    }
    if (const std::uint64_t most = is_file ? foreign_limit(entry.path) : 0; most > 0) {
      read_foreign(read_small_blob(workspace.repository(), entry.oid, most));
    }
  }
}

void LiveRoots::read_history(CloneState& state, const CancelToken& cancel) {
  for (const git::TreeEntry& entry : state.history.read_new(suffixes(store_.foreign()))) {
    cancel.check();
    if (!state.blobs.emplace(entry.oid, is_pointer_name(entry.path)).second) {
      continue;
    }
    if (const std::uint64_t most = foreign_limit(entry.path); most > 0) {
      read_foreign(state.history.find_small_blob(entry.oid, most).value_or(""));
    }
    // A ref to a blob stands for it.
    if (!is_name_of_ours(entry.path) && !entry.path.starts_with("refs/")) {
      continue;
    }
    const std::string text = state.history.read_blob(entry.oid, kMaxLockBytes);
    try {
      read_text(entry.path, text, fmt::format("{} (blob {})", entry.path, short_oid(entry.oid)));
    } catch (const Error& error) {
      throw Error(error.kind(),
                  "history has a file that cannot be read: " + error.message(),
                  "git log --all --reflog --find-object=" + entry.oid + " shows the commits");
    }
  }
}

/// As much of a file of that name as its tool would read; 0: it is no pointer or lock of another
/// tool from which versions were taken over.
std::uint64_t LiveRoots::foreign_limit(std::string_view path) const {
  const store::ForeignVersions& foreign = store_.foreign();
  if (!foreign.has_any()) {
    return 0;
  }
  return is_dvc_file(path)                                    ? kMaxDvcFileBytes
         : is_dvc_lock(path)                                  ? kMaxDvcLockBytes
         : foreign.has_any_of(store::ForeignId::Hash::sha256) ? kMaxLfsPointerBytes
                                                              : 0;
}

/// Not parsed: whatever stands in a broken file as well keeps its version alive.
void LiveRoots::read_foreign(std::string_view text) {
  const auto named = store_.foreign().find_roots_in(text);
  roots_.insert(named.begin(), named.end());
}

void LiveRoots::read_text(std::string_view path,
                          const std::string& text,
                          const std::string& label) {
  if (is_pointer_name(path)) {
    roots_.insert(parse_pointer(text, label).root);
    return;
  }
  if (!path.ends_with(kLockSuffix)) {
    const auto named = store::find_roots_in(text);
    roots_.insert(named.begin(), named.end());
    return;
  }
  if (!looks_like_lock(text)) {
    return;
  }
  for (const LockedInstance& instance : parse_lock(text, label).instances) {
    for (const LockedOut& out : instance.outs) {
      roots_.insert(out.root);
    }
    for (const LockedDep& dep : instance.deps) {
      if (dep.root) {
        roots_.insert(*dep.root);
      }
    }
  }
}

/// Of checkouts that did not end and of merges that git has not ended: see partial_checkout.h and
/// merge_notes.h.
void LiveRoots::read_notes(const fs::path& state_directory) {
  const auto merged = list_noted_merges(state_directory);
  roots_.insert(merged.begin(), merged.end());
  for (const std::string& name : os::list_directory(state_directory)) {
    const auto stat = os::lstat_file(state_directory / name);
    if (!name.starts_with("partial-") || !stat || stat->kind != os::FileKind::directory) {
      continue;
    }
    for (const std::string& note : os::list_directory(state_directory / name)) {
      read_file_of_ours(state_directory / name / note);
    }
  }
}

void LiveRoots::read_runs(const fs::path& runs, const CancelToken& cancel) {
  if (!os::lstat_file(runs)) {
    return;
  }
  for (const std::string& run : os::list_directory(runs)) {
    cancel.check();
    read_file_of_ours(runs / run / "run.jsonl");
  }
}

/// Every root that stands in the file, whatever its format: a line that is cut short names none.
void LiveRoots::read_file_of_ours(const fs::path& file) {
  const auto fd = os::open_regular(file);
  if (!fd) {
    return;
  }
  std::string text;
  std::vector<std::uint8_t> piece(kPieceBytes);
  std::size_t count = 0;
  do {
    count = os::read_full(*fd, piece, file);
    text.append(codec::as_text(std::span(piece).first(count)));
    const auto named = store::find_roots_in(text);
    roots_.insert(named.begin(), named.end());
    // A root may stand across two pieces.
    text.erase(0, text.size() - std::min(text.size(), kLongestRoot - 1));
  } while (count == piece.size());
}

}  // namespace mlops::workspace
