#include "workspace/missing_versions.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/revision.h"

namespace mlops::workspace {

namespace {

class Search {
 public:
  Search(Workspace& workspace, const std::vector<std::string>& lock_files)
      : workspace_(workspace), lock_files_(lock_files), roots_(workspace.store().list_roots()) {
    std::sort(roots_.begin(), roots_.end());
  }

  MissingVersions run() {
    if (workspace_.repository().traits().has_commits) {
      const Revision head = Revision::open(workspace_, "HEAD", lock_files_);
      note_errors("HEAD", [&] {
        for (const auto& [path, root] : head.list_roots()) {
          ask("data set", path, root, "HEAD");
        }
      });
      ask_locks(head, "HEAD");
    }
    for (const FoundPointer& found : find_pointers(workspace_)) {
      if (found.pointer) {
        ask("data set", found.path, found.pointer->root, kWorkTree);
      } else {
        result_.notes.push_back(fmt::format("{}: {}", quote(found.path), found.problem));
      }
    }
    ask_locks(Revision::open(workspace_, std::nullopt, lock_files_), kWorkTree);
    for (auto& [key, version] : missing_) {
      result_.versions.push_back(std::move(version));
    }
    return std::move(result_);
  }

 private:
  static constexpr const char* kWorkTree = "work tree";

  /// A broken file of git is not the store's damage, and the rest is worth looking at.
  template <typename Questions>
  void note_errors(const std::string& where, const Questions& questions) {
    try {
      questions();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      result_.notes.push_back(fmt::format("{}: {}", where, error.message()));
    }
  }

  void ask_locks(const Revision& revision, const std::string& where) {
    for (const std::string& file : lock_files_) {
      note_errors(where, [&] {
        if (const auto text = revision.read_text(file, kMaxLockBytes)) {
          ask_lock(parse_lock(*text, file), where);
        }
      });
    }
  }

  /// Outs first: an out that another stage reads is a dep as well.
  void ask_lock(const Lock& lock, const std::string& where) {
    for (const LockedInstance& instance : lock.instances) {
      for (const LockedOut& out : instance.outs) {
        ask("out", out.path, out.root, where);
      }
    }
    for (const LockedInstance& instance : lock.instances) {
      for (const LockedDep& dep : instance.deps) {
        if (dep.root) {
          ask("dep", dep.path, *dep.root, where);
        }
      }
    }
  }

  void ask(const std::string& what,
           const std::string& path,
           const store::ObjectId& root,
           const std::string& where) {
    if (std::binary_search(roots_.begin(), roots_.end(), root)) {
      return;
    }
    MissingVersion& version = missing_[{path, root.hex()}];
    if (version.what.empty()) {
      version = {what, path, root, {}};
    }
    if (version.named_by.empty() || version.named_by.back() != where) {
      version.named_by.push_back(where);
    }
  }

  Workspace& workspace_;
  const std::vector<std::string>& lock_files_;
  std::vector<store::ObjectId> roots_;  ///< that the store has
  std::map<std::pair<std::string, std::string>, MissingVersion> missing_;
  MissingVersions result_;
};

}  // namespace

MissingVersions find_missing_versions(Workspace& workspace,
                                      const std::vector<std::string>& lock_files) {
  return Search(workspace, lock_files).run();
}

}  // namespace mlops::workspace
