#include "workspace/version_names.h"

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
  Search(Workspace& workspace, NamedBy named_by, const std::vector<std::string>& lock_files)
      : workspace_(workspace), named_by_(named_by), lock_files_(lock_files) {}

  VersionNames run() {
    git::Oid head;
    if (workspace_.repository().traits().has_commits) {
      head = ask_revision("HEAD", "HEAD");
    }
    for (const FoundPointer& found : find_pointers(workspace_)) {
      if (found.pointer) {
        ask("data set", found.path, found.pointer->root, kWorkTree);
      } else {
        result_.notes.push_back(fmt::format("{}: {}", quote(found.path), found.problem));
      }
    }
    ask_locks(Revision::open(workspace_, std::nullopt, lock_files_), kWorkTree);
    if (named_by_ == NamedBy::every_ref) {
      for (const git::Ref& ref : workspace_.repository().list_refs()) {
        if (ref.commit != head) {
          ask_revision(ref.name, display_ref(ref.name));
        }
      }
    }
    for (auto& [key, version] : named_) {
      result_.versions.push_back(std::move(version));
    }
    return std::move(result_);
  }

 private:
  static constexpr const char* kWorkTree = "work tree";

  static std::string display_ref(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
        {"refs/heads/", "branch"}, {"refs/tags/", "tag"}, {"refs/remotes/", "remote branch"}};
    for (const auto& [prefix, kind] : kKinds) {
      if (name.starts_with(prefix)) {
        return fmt::format("{} {}", kind, quote(name.substr(prefix.size())));
      }
    }
    return quote(name);
  }

  git::Oid ask_revision(const std::string& name, const std::string& where) {
    const Revision revision = Revision::open(workspace_, name, lock_files_);
    note_errors(where, [&] {
      for (const auto& [path, pointer] : revision.list_pointers()) {
        // What was not taken over from another tool, the store never had.
        if (pointer.foreign.empty()) {
          ask("data set", path, pointer.root, where);
        }
      }
    });
    for (const std::string& problem : revision.problems()) {
      result_.notes.push_back(fmt::format("{}: {}", where, problem));
    }
    ask_locks(revision, where);
    return revision.commit();
  }

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
    VersionName& version = named_[{path, root.hex()}];
    if (version.what.empty()) {
      version = {what, path, root, {}};
    }
    if (version.named_by.empty() || version.named_by.back() != where) {
      version.named_by.push_back(where);
    }
  }

  Workspace& workspace_;
  NamedBy named_by_;
  const std::vector<std::string>& lock_files_;
  std::map<std::pair<std::string, std::string>, VersionName> named_;
  VersionNames result_;
};

}  // namespace

VersionNames list_version_names(Workspace& workspace,
                                NamedBy named_by,
                                const std::vector<std::string>& lock_files) {
  return Search(workspace, named_by, lock_files).run();
}

VersionNames find_missing_versions(Workspace& workspace,
                                   const std::vector<std::string>& lock_files) {
  VersionNames named = list_version_names(workspace, NamedBy::head_and_work_tree, lock_files);
  std::vector<store::ObjectId> roots = workspace.store().list_roots();
  const std::vector<store::ObjectId> partial = workspace.store().list_partial_roots();
  roots.insert(roots.end(), partial.begin(), partial.end());
  std::sort(roots.begin(), roots.end());
  std::erase_if(named.versions, [&](const VersionName& version) {
    return std::binary_search(roots.begin(), roots.end(), version.root);
  });
  return named;
}

}  // namespace mlops::workspace
