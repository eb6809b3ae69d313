#include "workspace/convert_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/ignore_file.h"
#include "workspace/lfs_attributes.h"
#include "workspace/lfs_pointer.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::uint64_t kMaxTextBytes = kMaxIgnoreBytes;
constexpr std::string_view kAttributes = ".gitattributes";

bool is_same_entry(const git::TreeEntry& a, const git::TreeEntry& b) {
  return a.path == b.path && a.kind == b.kind && a.oid == b.oid;
}

/// Git may write CRLF where it has LF.
std::string without_cr(std::string text) {
  std::erase(text, '\r');
  return text;
}

std::string blob_text(const Workspace& workspace, const IndexView& index, std::string_view file) {
  return workspace.repository().read_blob(index.blob(file), kMaxTextBytes);
}

/// What would be lost when the file is replaced. One that is gone was removed by a conversion that
/// was killed, or by whoever can bring it back.
void refuse_edited(const Workspace& workspace,
                   const IndexView& index,
                   const std::string& file,
                   const std::optional<std::string>& after) {
  const auto here = read_text(workspace.tree(), file, kMaxTextBytes);
  if (!here || here == after ||
      without_cr(*here) == without_cr(blob_text(workspace, index, file))) {
    return;
  }
  throw Error(
      ErrorKind::conflict,
      fmt::format("{} has changes that git does not have", quote(workspace.to_display(file))),
      "git commit or " + shell_join({"git", "checkout", "--", workspace.to_display(file)}) +
          ", then run this again");
}

/// Files of the index whose lines hand others to git-lfs.
std::vector<std::string> list_lfs_attributes(const Workspace& workspace, const IndexView& index) {
  std::vector<std::string> files;
  for (const git::TreeEntry& entry : index.entries()) {
    if (leaf_of(entry.path) == kAttributes && entry.kind == git::EntryKind::file &&
        has_lfs_attributes(blob_text(workspace, index, entry.path))) {
      files.push_back(entry.path);
    }
  }
  return files;
}

std::string new_attributes(std::string_view text, bool keeps_lfs) {
  return keeps_lfs ? with_pointers_outside_lfs(text) : without_lfs_attributes(text);
}

class Replacer {
 public:
  Replacer(Workspace& workspace, const IndexView& index)
      : workspace_(workspace), tree_(workspace.tree()), index_(index) {}

  void write_pointers(const std::vector<TakenOver>& sets) {
    for (const TakenOver& set : sets) {
      Pointer pointer;
      pointer.root = set.root;
      pointer.kind = set.is_directory ? store::EntryKind::directory : store::EntryKind::file;
      pointer.files = set.files;
      pointer.bytes = set.bytes;
      const std::string file = pointer_path(set.path);
      tree_.make_directories(parent_of(file), os::Durability::durable);
      write_text(tree_, file, format_pointer(pointer));
      added_.insert(file);
    }
  }

  void write(const std::map<std::string, std::string>& texts) {
    for (const auto& [file, text] : texts) {
      write_text(tree_, file, text);
      added_.insert(file);
    }
  }

  void ignore(const std::vector<TakenOver>& sets) {
    std::vector<std::string> paths;
    paths.reserve(sets.size());
    for (const TakenOver& set : sets) {
      paths.push_back(set.path);
    }
    ignore_paths(workspace_, paths);
    std::map<std::string, std::string> committed;
    for (const std::string& path : paths) {
      const std::string file = ignore_file_of(path);
      const auto [text, is_new] = committed.try_emplace(file);
      if (is_new && index_.has_file(file)) {
        text->second = blob_text(workspace_, index_, file);
      }
      // DVC's line is ours; other edits of the user's are his to stage.
      if (!has_ignore_line(text->second, ignore_pattern(leaf_of(path)))) {
        added_.insert(file);
      }
    }
  }

  void write_attributes(bool keeps_lfs) {
    for (const std::string& file : list_lfs_attributes(workspace_, index_)) {
      const std::string text = new_attributes(blob_text(workspace_, index_, file), keeps_lfs);
      if (text.empty()) {
        remove(file);
      } else {
        write_text(tree_, file, text);
        added_.insert(file);
      }
    }
  }

  void remove(const std::string& file) {
    if (tree_.remove_file(file)) {
      tree_.sync_directory(parent_of(file));
    }
    removed_.insert(file);
  }
  void remove_from_index(const std::string& file) { removed_.insert(file); }

  std::vector<std::string> stage() {
    workspace_.repository().restage({added_.begin(), added_.end()},
                                    {removed_.begin(), removed_.end()});
    added_.insert(removed_.begin(), removed_.end());
    return {added_.begin(), added_.end()};
  }

 private:
  Workspace& workspace_;
  const os::Beneath& tree_;
  const IndexView& index_;
  std::set<std::string> added_;
  std::set<std::string> removed_;
};

}  // namespace

void check_index(const Workspace& workspace, const IndexView& index) {
  const auto& entries = index.entries();
  const auto twice = std::adjacent_find(
      entries.begin(), entries.end(), [](const git::TreeEntry& a, const git::TreeEntry& b) {
        return a.path == b.path;
      });
  if (twice != entries.end()) {
    throw Error(ErrorKind::conflict,
                fmt::format("{} is in conflict", quote(workspace.to_display(twice->path))),
                "end the merge first: git status");
  }
  const git::Repository& repository = workspace.repository();
  const auto head = repository.find_commit("HEAD");
  const auto committed = head ? repository.list_tree(*head, "") : std::vector<git::TreeEntry>();
  const auto [staged, unused] = std::mismatch(
      entries.begin(), entries.end(), committed.begin(), committed.end(), is_same_entry);
  if (staged != entries.end() || entries.size() != committed.size()) {
    throw Error(ErrorKind::conflict,
                "git's index has changes that are not committed: one commit is to have the "
                "conversion and nothing else",
                "git commit, or git reset to take them out of the index");
  }
}

void check_files(const Workspace& workspace,
                 const IndexView& index,
                 ForeignTool tool,
                 const std::vector<ForeignSet>& sets) {
  if (tool == ForeignTool::dvc) {
    for (const ForeignSet& set : sets) {
      refuse_edited(workspace, index, set.file, std::nullopt);
    }
    return;
  }
  for (const std::string& file : list_lfs_attributes(workspace, index)) {
    const std::string text = blob_text(workspace, index, file);
    const auto here = read_text(workspace.tree(), file, kMaxTextBytes);
    const bool keeps_lfs = here == new_attributes(text, true);
    refuse_edited(workspace, index, file, new_attributes(text, keeps_lfs));
  }
}

void check_replaced(const Workspace& workspace,
                    const IndexView& index,
                    const std::vector<std::string>& removed,
                    const std::vector<std::string>& written) {
  for (const std::string& file : removed) {
    refuse_edited(workspace, index, file, std::nullopt);
  }
  for (const std::string& file : written) {
    if (!removed.empty() && (index.has_file(file) || index.has_directory(file))) {
      throw Error(ErrorKind::conflict,
                  fmt::format("git has {} already", quote(workspace.to_display(file))),
                  "--data-only leaves the other tool's pipeline as it is");
    }
  }
}

void check_places(const Workspace& workspace, const std::map<std::string, std::string>& texts) {
  for (const auto& [file, text] : texts) {
    const auto stat = workspace.tree().lstat(file);
    const bool is_ours = stat && stat->kind == os::FileKind::regular && stat->size == text.size() &&
                         read_text(workspace.tree(), file, text.size()) == text;
    if (stat && !is_ours) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} is there already", quote(workspace.to_display(file))),
                  "move it away; or --data-only, which leaves the other tool's pipeline as it is");
    }
  }
}

void look_at_work_tree(const Workspace& workspace, ForeignTool tool, TakenOver& set) {
  const os::Beneath& tree = workspace.tree();
  const auto stat = tree.lstat(set.path);
  if (!stat) {
    return;
  }
  if (tool == ForeignTool::lfs) {
    const bool is_small = stat->kind == os::FileKind::regular && stat->size <= kMaxLfsPointerBytes;
    const auto text = is_small ? read_text(tree, set.path, kMaxLfsPointerBytes) : std::nullopt;
    const auto pointer = text ? parse_lfs_pointer(*text) : std::nullopt;
    set.was_pointer = pointer && set.id.starts_with(store::format_foreign(pointer->id));
    return;
  }
  set.is_link = stat->kind == os::FileKind::symlink;
  if (stat->kind == os::FileKind::directory) {
    const auto names = tree.list(set.path);
    set.is_link = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      const auto below = tree.lstat(join_path(set.path, name));
      return below && below->kind == os::FileKind::symlink;
    });
  }
}

std::vector<std::string> replace_files(Workspace& workspace,
                                       const IndexView& index,
                                       ForeignTool tool,
                                       const std::vector<TakenOver>& sets,
                                       const FileChanges& files) {
  std::vector<TakenOver> taken;
  std::copy_if(sets.begin(), sets.end(), std::back_inserter(taken), [](const TakenOver& set) {
    return set.problem.empty();
  });
  if (taken.empty() && files.texts.empty() && files.removed.empty()) {
    return {};
  }
  Replacer replacer(workspace, index);
  replacer.write_pointers(taken);
  replacer.write(files.texts);
  replacer.ignore(taken);
  if (tool == ForeignTool::lfs) {
    replacer.write_attributes(taken.size() != sets.size());
  }
  for (const TakenOver& set : taken) {
    if (tool == ForeignTool::dvc || set.was_pointer) {
      replacer.remove(set.file);
    } else {
      replacer.remove_from_index(set.file);
    }
  }
  for (const std::string& file : files.removed) {
    replacer.remove(file);
  }
  return replacer.stage();
}

}  // namespace mlops::workspace
