#include "workspace/foreign_sets.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "git/history.h"
#include "workspace/dvc_files.h"
#include "workspace/lfs_pointer.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kDvcConfig = ".dvc/config";

bool is_file(const git::TreeEntry& entry) {
  return entry.kind == git::EntryKind::file || entry.kind == git::EntryKind::executable;
}

std::optional<std::string> find_small_blob(const git::Repository& repository,
                                           const git::Oid& blob,
                                           std::uint64_t most) {
  try {
    return repository.read_blob(blob, most);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    return std::nullopt;
  }
}

store::ForeignId id_of(const LfsPointer& pointer, git::EntryKind kind) {
  store::ForeignId id = pointer.id;
  id.kind =
      kind == git::EntryKind::executable ? store::EntryKind::executable : store::EntryKind::file;
  return id;
}

std::vector<ForeignSet> find_dvc_sets(const git::Repository& repository, const IndexView& index) {
  std::vector<ForeignSet> sets;
  for (const git::TreeEntry& entry : index.entries()) {
    if (!is_dvc_file(entry.path) || !is_file(entry)) {
      continue;
    }
    const std::string text = repository.read_blob(entry.oid, kMaxDvcFileBytes);
    for (DvcOut& out : parse_dvc_file(text, entry.path, entry.path)) {
      sets.push_back({std::move(out.path), entry.path, std::move(out.id), out.files, out.bytes});
    }
  }
  return sets;
}

std::vector<ForeignSet> find_lfs_sets(const git::Repository& repository, const IndexView& index) {
  std::vector<ForeignSet> sets;
  for (const git::TreeEntry& entry : index.entries()) {
    const auto text =
        is_file(entry) ? find_small_blob(repository, entry.oid, kMaxLfsPointerBytes) : std::nullopt;
    const auto pointer = text ? parse_lfs_pointer(*text) : std::nullopt;
    if (!pointer) {
      continue;
    }
    if (pointer->has_extensions) {
      throw Error(ErrorKind::config,
                  fmt::format("{}: git-lfs keeps it changed by an extension", quote(entry.path)),
                  "git lfs untrack it, commit, and run this again");
    }
    sets.push_back({entry.path, entry.path, id_of(*pointer, entry.kind), 1, pointer->bytes});
  }
  return sets;
}

class HistoryReader {
 public:
  HistoryReader(const IndexView& index, ForeignTool tool) : index_(index), tool_(tool) {}

  void read(git::History& history, const CancelToken& cancel) {
    std::vector<std::string> suffixes{""};
    if (tool_ == ForeignTool::dvc) {
      suffixes.assign(kDvcNames.begin(), kDvcNames.end());
    }
    for (const git::TreeEntry& entry : history.read_new(suffixes)) {
      cancel.check();
      if (tool_ == ForeignTool::lfs) {
        read_lfs(history, entry);
      } else if (is_dvc_file(entry.path) || is_dvc_lock(entry.path)) {
        read_dvc(history, entry);
      }
    }
  }
  ForeignHistory take() { return std::move(result_); }

 private:
  void read_lfs(git::History& history, const git::TreeEntry& entry) {
    const auto text = history.find_small_blob(entry.oid, kMaxLfsPointerBytes);
    const auto pointer = text ? parse_lfs_pointer(*text) : std::nullopt;
    if (pointer && !pointer->has_extensions) {
      add(id_of(*pointer, entry.kind), entry.path);
    }
  }

  void read_dvc(git::History& history, const git::TreeEntry& entry) {
    const std::string label = fmt::format("{} (blob {})", entry.path, entry.oid.substr(0, 12));
    const bool is_lock = is_dvc_lock(entry.path);
    try {
      const std::string text =
          history.read_blob(entry.oid, is_lock ? kMaxDvcLockBytes : kMaxDvcFileBytes);
      for (DvcOut& out : list_dvc_ids(text, entry.path, label)) {
        std::string path = join_path(parent_of(entry.path), out.path);
        // Metrics stay in git: dvc.lock does not tell them apart.
        if (!is_lock || !index_.has_file(path)) {
          add(std::move(out.id), std::move(path));
        }
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      result_.unreadable.push_back(error.message());
    }
  }

  void add(store::ForeignId id, std::string path) {
    if (seen_.insert(id).second) {
      result_.versions.push_back({std::move(id), std::move(path)});
    }
  }

  const IndexView& index_;
  ForeignTool tool_;
  ForeignHistory result_;
  std::set<store::ForeignId> seen_;
};

/// The cache of the DVC project whose directory, "" or "a/", holds .dvc.
std::filesystem::path dvc_cache_of(const Workspace& workspace, const std::string& project) {
  std::optional<std::string> directory;
  for (const std::string_view name : {".dvc/config", ".dvc/config.local"}) {
    const std::string file = project + std::string(name);
    if (const auto text = read_text(workspace.tree(), file, kMaxDvcConfigBytes)) {
      const auto found = find_dvc_cache_dir(*text, file);
      directory = found ? found : directory;
    }
  }
  const std::filesystem::path dvc = workspace.top() / (project + ".dvc");
  return (dvc / directory.value_or("cache")).lexically_normal();
}

}  // namespace

std::vector<ForeignSet> find_foreign_sets(Workspace& workspace,
                                          const IndexView& index,
                                          ForeignTool tool) {
  std::vector<ForeignSet> sets = tool == ForeignTool::dvc
                                     ? find_dvc_sets(workspace.repository(), index)
                                     : find_lfs_sets(workspace.repository(), index);
  std::sort(sets.begin(), sets.end(), [](const ForeignSet& a, const ForeignSet& b) {
    return a.path < b.path;
  });
  return sets;
}

ForeignHistory read_foreign_history(Workspace& workspace,
                                    const IndexView& index,
                                    ForeignTool tool,
                                    const git::OpenOptions& git,
                                    Progress& progress,
                                    const CancelToken& cancel) {
  HistoryReader reader(index, tool);
  ForeignHistory result;
  if (workspace.repository().traits().partial) {
    result.unreadable.emplace_back(
        "history was not read: this is a partial clone, and git would fetch all of it");
    return result;
  }
  progress.begin("reading history", 0, 0);
  git::History history = git::History::open(workspace.repository().common_dir(), git);
  reader.read(history, cancel);
  progress.end();
  return reader.take();
}

std::vector<std::filesystem::path> find_foreign_caches(const Workspace& workspace,
                                                       const IndexView& index,
                                                       ForeignTool tool) {
  if (tool == ForeignTool::lfs) {
    const git::Repository& repository = workspace.repository();
    const std::filesystem::path storage = repository.find_config("lfs.storage").value_or("lfs");
    return {(repository.common_dir() / storage / "objects").lexically_normal()};
  }
  std::set<std::filesystem::path> caches{dvc_cache_of(workspace, "")};
  for (const git::TreeEntry& entry : index.entries()) {
    if (entry.path.ends_with("/" + std::string(kDvcConfig))) {
      caches.insert(
          dvc_cache_of(workspace, entry.path.substr(0, entry.path.size() - kDvcConfig.size())));
    }
  }
  return {caches.begin(), caches.end()};
}

}  // namespace mlops::workspace
