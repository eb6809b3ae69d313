#include "workspace/tracked_data.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "workspace/data_sets.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

TrackedData::TrackedData(Workspace& workspace,
                         std::string_view path,
                         std::optional<store::Entry> also)
    : workspace_(workspace), path_(path) {
  if (also) {
    versions_.push_back({path_, std::move(*also)});
  }
}

const std::string& TrackedData::data_set() {
  if (!data_set_) {
    std::vector<std::string_view> candidates = ancestors_of(path_);
    candidates.push_back(path_);
    const auto found =
        std::find_if(candidates.begin(), candidates.end(), [&](std::string_view candidate) {
          return workspace_.tree().lstat(pointer_path(candidate)).has_value();
        });
    data_set_ = found == candidates.end() ? path_ : std::string(*found);
  }
  return *data_set_;
}

/// A pointer that is broken, or of a version that is not in the store, tracks nothing: who needs
/// either says so.
std::optional<store::Entry> TrackedData::find_pointed() {
  std::optional<Pointer> pointer;
  try {
    pointer = read_pointer(workspace_, data_set());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::conflict) {
      throw;
    }
  }
  const auto root = pointer ? workspace_.store().find_partial_root(pointer->root) : std::nullopt;
  return root ? std::optional(root->top) : std::nullopt;
}

bool TrackedData::has(std::string_view path) {
  if (!std::exchange(is_pointer_read_, true)) {
    if (auto top = find_pointed()) {
      versions_.push_back({data_set(), std::move(*top)});
    }
  }
  const std::string_view directory = parent_of(path);
  if (directory_ != directory) {
    directory_ = directory;
    nodes_.clear();
    for (const Version& version : versions_) {
      read_directory(version, directory);
    }
  }
  const std::string_view name = leaf_of(path);
  return std::any_of(nodes_.begin(), nodes_.end(), [&](const store::Node& node) {
    const auto found = std::lower_bound(
        node.entries.begin(),
        node.entries.end(),
        name,
        [](const store::Entry& entry, std::string_view wanted) { return entry.name < wanted; });
    return found != node.entries.end() && found->name == name;
  });
}

void TrackedData::read_directory(const Version& version, std::string_view directory) {
  if (!is_within(directory, version.path)) {
    return;
  }
  const store::Store& store = workspace_.store();
  const auto here = find_below(store, version.top, remainder_of(directory, version.path));
  if (here && here->kind == store::EntryKind::directory) {
    nodes_.push_back(store.read_node(here->id));
  }
}

}  // namespace mlops::workspace
