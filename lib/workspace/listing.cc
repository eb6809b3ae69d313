#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/damaged_content.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
#include "workspace/revision.h"
#include "workspace/target_tree.h"
#include "workspace/tree_path.h"
#include "workspace/unknown_revision.h"
#include "workspace/version_names.h"

namespace mlops::workspace {

std::optional<store::Entry> find_below(const store::Store& store,
                                       const store::Entry& top,
                                       std::string_view remainder) {
  return find_below([&](const store::ObjectId& id) { return store.read_node(id); }, top, remainder);
}

std::optional<store::Entry> find_below(
    const std::function<store::Node(const store::ObjectId&)>& read_node,
    const store::Entry& top,
    std::string_view remainder) {
  store::Entry entry = top;
  if (remainder.empty()) {
    return entry;
  }
  for (const std::string_view name : split(remainder, '/')) {
    if (entry.kind != store::EntryKind::directory) {
      return std::nullopt;
    }
    const store::Node node = read_node(entry.id);
    const auto found = std::lower_bound(
        node.entries.begin(),
        node.entries.end(),
        name,
        [](const store::Entry& a, std::string_view wanted) { return a.name < wanted; });
    if (found == node.entries.end() || found->name != name) {
      return std::nullopt;
    }
    entry = *found;
  }
  return entry;
}

store::Entry load_top(const store::Store& store,
                      const store::ObjectId& root,
                      std::string_view what,
                      Need need) {
  const auto found = need == Need::part ? store.find_partial_root(root) : store.find_root(root);
  if (found) {
    return found->top;
  }
  throw Error(ErrorKind::corrupt,
              fmt::format("the store lacks {} ({})", what, store::format_root(root)),
              kMissingBytesHint);
}

std::string pointer_problem(const Pointer& pointer, const store::Entry& top) {
  const bool is_directory = top.kind == store::EntryKind::directory;
  if ((pointer.kind == store::EntryKind::directory) != is_directory) {
    return fmt::format("kind is not {}, which its root is", is_directory ? "directory" : "file");
  }
  if (pointer.files != top.files) {
    return fmt::format("files is {}, its root has {}", pointer.files, top.files);
  }
  if (pointer.bytes != top.size) {
    return fmt::format("bytes is {}, its root has {}", pointer.bytes, top.size);
  }
  return {};
}

store::Entry load_version(const store::Store& store,
                          const Pointer& pointer,
                          std::string_view data_set,
                          std::string_view file,
                          Need need) {
  if (!pointer.foreign.empty()) {
    Error error(ErrorKind::corrupt,
                fmt::format("the store lacks data set {}, which was not taken over ({})",
                            quote(data_set),
                            pointer.foreign),
                "where DVC's or git-lfs's own cache has it: mlops convert");
    for (const store::ForeignVersions::Problem& damage : store.foreign().damaged()) {
      error.add_context(
          fmt::format("or it is in {}, which {}", quote(damage.file.string()), damage.problem));
    }
    throw error;
  }
  store::Entry top = load_top(store, pointer.root, "data set " + quote(data_set), need);
  if (const std::string problem = pointer_problem(pointer, top); !problem.empty()) {
    throw Error(ErrorKind::config,
                fmt::format("{}: {}: it was edited by hand", quote(file), problem),
                file == pointer_path(data_set)
                    ? shell_join({"git", "checkout", "--", ":/" + pointer_path(data_set)})
                    : "name a revision whose pointer is sound");
  }
  return top;
}

std::string_view remainder_of(std::string_view path, std::string_view ancestor) {
  return path.size() == ancestor.size() ? std::string_view() : path.substr(ancestor.size() + 1);
}

std::vector<ListedFile> list_data(Workspace& workspace,
                                  std::string_view path,
                                  const std::optional<std::string>& revision) {
  const Revision version = Revision::open(workspace, revision);
  const auto top = version.find_data(path);
  if (!top) {
    throw unknown_data_set(
        workspace,
        path,
        version.name(),
        "data ls",
        revision ? shell_join({"mlops", "data", "ls", "--rev", *revision}) : "mlops data ls");
  }
  const CancelToken never;
  const TargetTree tree = with_damage_named(workspace, path, [&] {
    return load_target(workspace.store(), path, *top, GitFiles::allow, never);
  });
  if (tree.directories.empty()) {
    return {{std::string(path), tree.top.kind, tree.top.size}};
  }
  std::vector<ListedFile> files;
  for (const TargetDirectory& directory : tree.directories) {
    for (const TargetEntry& target : directory.entries) {
      if (target.entry.kind != store::EntryKind::directory) {
        files.push_back(
            {join_path(directory.path, target.entry.name), target.entry.kind, target.entry.size});
      }
    }
  }
  std::sort(files.begin(), files.end(), [](const ListedFile& a, const ListedFile& b) {
    return a.path < b.path;
  });
  return files;
}

}  // namespace mlops::workspace
