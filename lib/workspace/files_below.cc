#include "workspace/files_below.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"
#include "workspace/version_files.h"

namespace mlops::workspace {
namespace {

constexpr std::size_t kMaxFiles = 100'000;

bool is_at_or_below(std::string_view path, std::string_view top) {
  return top.empty() || is_within(path, top);
}

void check_room(std::size_t files, std::string_view path) {
  if (files > kMaxFiles) {
    throw Error(ErrorKind::config,
                fmt::format("{} holds more than {} files", quote(path), kMaxFiles),
                "name a directory further down, or one file");
  }
}

/// Files of one version by path, from all that may hold some.
class VersionFiles {
 public:
  VersionFiles(Workspace& workspace,
               const Revision& version,
               std::string_view path,
               const CancelToken& cancel)
      : workspace_(workspace), version_(version), path_(path), cancel_(cancel) {}

  void add_tracked();
  void add_work_tree();
  /// Of a data set or out at `top`, what lies at or below the path.
  void add_data(const std::string& top);
  std::vector<std::string> take() const { return {files_.begin(), files_.end()}; }

 private:
  void add(std::string file) {
    files_.insert(std::move(file));
    check_room(files_.size(), path_);
  }

  Workspace& workspace_;
  const Revision& version_;
  std::string path_;
  const CancelToken& cancel_;
  std::set<std::string> files_;
};

void VersionFiles::add_tracked() {
  const auto is_file = [](const git::TreeEntry& entry) {
    return entry.kind == git::EntryKind::file || entry.kind == git::EntryKind::executable;
  };
  const git::Repository& repository = workspace_.repository();
  const auto entry = path_.empty() ? std::nullopt : repository.find_entry(version_.commit(), path_);
  if (entry && is_file(*entry)) {
    add(path_);
  }
  if (!path_.empty() && !(entry && entry->kind == git::EntryKind::directory)) {
    return;
  }
  for (const git::TreeEntry& one : repository.list_tree(version_.commit(), path_)) {
    if (is_file(one)) {
      add(one.path);
    }
  }
}

void VersionFiles::add_work_tree() {
  for (std::string& file : list_files_below(workspace_.tree(), path_, cancel_)) {
    add(std::move(file));
  }
}

void VersionFiles::add_data(const std::string& top) {
  const bool contains = is_at_or_below(path_, top) && !path_.empty();
  if (!contains && !is_at_or_below(top, path_)) {
    return;
  }
  const std::string from = contains ? path_ : top;
  const auto entry = version_.find_data(from);
  if (!entry) {
    return;
  }
  if (entry->kind != store::EntryKind::directory) {
    add(from);
    return;
  }
  const TargetTree tree = load_target(workspace_.store(), from, *entry, GitFiles::allow, cancel_);
  for (const TargetDirectory& directory : tree.directories) {
    for (const TargetEntry& target : directory.entries) {
      if (target.entry.kind == store::EntryKind::file ||
          target.entry.kind == store::EntryKind::executable) {
        add(join_path(directory.path, target.entry.name));
      }
    }
  }
}

}  // namespace

std::vector<std::string> list_files_below(const os::Beneath& tree,
                                          std::string_view path,
                                          const CancelToken& cancel) {
  std::vector<std::string> files;
  std::vector<std::string> waiting{std::string(path)};
  while (!waiting.empty()) {
    cancel.check();
    const std::string at = std::move(waiting.back());
    waiting.pop_back();
    const auto stat = at.empty() ? std::nullopt : tree.lstat(at);
    if (stat && stat->kind == os::FileKind::regular) {
      files.push_back(at);
      check_room(files.size(), path);
    }
    if (!at.empty() && !(stat && stat->kind == os::FileKind::directory)) {
      continue;
    }
    for (const std::string& name : tree.list(at)) {
      if (name != ".git" && name != ".mlops") {
        waiting.push_back(join_path(at, name));
        check_room(files.size() + waiting.size(), path);
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> list_files_below(Workspace& workspace,
                                          const Revision& version,
                                          std::string_view path,
                                          const CancelToken& cancel) {
  VersionFiles files(workspace, version, path, cancel);
  if (version.commit().empty()) {
    files.add_work_tree();
  } else {
    files.add_tracked();
  }
  for (const auto& [data_set, root] : version.list_roots()) {
    files.add_data(data_set);
  }
  for (const LockedOut& out : version.list_outs()) {
    files.add_data(out.path);
  }
  std::vector<std::string> found = files.take();
  std::erase_if(found, [&](const std::string& file) { return lies_beside_run(version, file); });
  return found;
}

}  // namespace mlops::workspace
