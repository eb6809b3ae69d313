#include "workspace/version_files.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "workspace/data_sets.h"
#include "workspace/path_glob.h"
#include "workspace/path_pattern.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {
namespace {

bool is_file(const store::Entry& entry) {
  return entry.kind == store::EntryKind::file || entry.kind == store::EntryKind::executable;
}

class FileSearch {
 public:
  FileSearch(Workspace& workspace, std::string_view pattern, const CancelToken& cancel)
      : workspace_(workspace), pattern_(std::string(pattern)), cancel_(cancel) {}

  void add_work_tree(std::string_view pattern) {
    for (std::string& path : expand_pattern(workspace_, pattern, cancel_)) {
      const auto stat = workspace_.tree().lstat(path);
      if (stat && stat->kind == os::FileKind::regular) {
        found_.insert_or_assign(std::move(path), true);
      }
    }
  }

  void add_git(const git::Oid& commit) {
    for (git::TreeEntry& entry : workspace_.repository().list_tree(commit, "")) {
      const bool is_regular =
          entry.kind == git::EntryKind::file || entry.kind == git::EntryKind::executable;
      if (is_regular && !data_set_of(entry.path) && names(entry.path)) {
        found_.try_emplace(std::move(entry.path), false);
      }
    }
  }

  /// What the content of a data set or out holds at `path` and below.
  void add_stored(const std::string& path, const store::Entry& top) {
    std::vector<std::pair<std::string, store::Entry>> open{{path, top}};
    while (!open.empty()) {
      const auto [at, entry] = std::move(open.back());
      open.pop_back();
      count();
      if (is_file(entry) && names(at)) {
        found_.try_emplace(at, false);
      } else if (entry.kind == store::EntryKind::directory && pattern_.reaches_below(at)) {
        for (const store::Entry& child : workspace_.store().read_node(entry.id).entries) {
          open.emplace_back(join_path(at, child.name), child);
        }
      }
    }
  }

  bool may_hold(std::string_view path) const {
    return pattern_.matches(path) || pattern_.reaches_below(path);
  }

  std::vector<VersionFile> take() {
    std::vector<VersionFile> files;
    files.reserve(found_.size());
    for (const auto& [path, is_in_work_tree] : found_) {
      files.push_back({path, is_in_work_tree});
    }
    return files;
  }

 private:
  bool names(std::string_view path) const {
    return pattern_.matches(path) && !pattern_.hides_part_of(path) && path_problem(path).empty();
  }

  /// Trees that share their directories can claim 2^60 entries in a few kilobytes.
  void count() {
    cancel_.check();
    if (++seen_ > kMaxTreeEntries) {
      throw Error(ErrorKind::config,
                  fmt::format("the pattern looks at more than {} files", kMaxTreeEntries),
                  "name a directory before the first '*'");
    }
  }

  Workspace& workspace_;
  PathPattern pattern_;
  const CancelToken& cancel_;
  std::map<std::string, bool> found_;  ///< whether the work tree has it
  std::size_t seen_ = 0;
};

bool is_complete(const std::vector<std::string>& complete, std::string_view path) {
  return std::any_of(complete.begin(), complete.end(), [&](const std::string& made) {
    return is_within(path, made);
  });
}

}  // namespace

bool lies_beside_run(const Revision& version, std::string_view path) {
  return version.name().starts_with("run:") &&  // which no revision of git does
         version.locate(path).origin == Revision::Origin::absent;
}

std::vector<VersionFile> find_version_files(Workspace& workspace,
                                            const Revision& version,
                                            std::string_view pattern,
                                            const std::vector<std::string>& complete,
                                            const CancelToken& cancel) {
  FileSearch search(workspace, pattern, cancel);
  if (version.commit().empty()) {
    search.add_work_tree(pattern);
  } else {
    search.add_git(version.commit());
  }
  for (const auto& [path, pointer] : version.list_pointers()) {
    if (search.may_hold(path) && !is_complete(complete, path)) {
      search.add_stored(path, version.load(path, pointer));
    }
  }
  for (const LockedOut& out : version.list_outs()) {
    if (search.may_hold(out.path) && !is_complete(complete, out.path)) {
      search.add_stored(out.path, load_top(workspace.store(), out.root, "out " + quote(out.path)));
    }
  }
  std::vector<VersionFile> files = search.take();
  std::erase_if(files,
                [&](const VersionFile& file) { return lies_beside_run(version, file.path); });
  return files;
}

}  // namespace mlops::workspace
