#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/random.h"
#include "pipeline/aside_list.h"
#include "pipeline/holder.h"
#include "pipeline/outputs.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

using workspace::join_path;
using workspace::parent_of;

constexpr std::uint64_t kMaxListBytes = 16ULL << 20U;
constexpr std::string_view kListName = "paths.json";

/// In the holder.
std::string running_directory(const workspace::Workspace& workspace) {
  return "running/" + holder_name(workspace);
}

/// What stages of this work tree have aside: a directory of the holder each, and its list.
struct Running {
  std::string directory;
  std::optional<std::vector<std::string>> paths;  ///< nothing: no file was moved yet
};
std::vector<Running> list_running(const workspace::Workspace& workspace,
                                  const os::Beneath& holder) {
  std::vector<Running> all;
  const auto running = running_directory(workspace);
  if (!holder.lstat(running)) {
    return all;
  }
  for (const auto& name : holder.list(running)) {
    const auto directory = join_path(running, name);
    const auto text = workspace::read_text(holder, join_path(directory, kListName), kMaxListBytes);
    all.push_back({directory, text ? decode_aside_list(*text) : std::nullopt});
  }
  return all;
}

void move_back(const os::Beneath& tree,
               const os::Beneath& holder,
               const std::string& directory,
               const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto aside = join_path(directory, std::to_string(i));
    if (holder.lstat(aside)) {
      tree.make_directories(parent_of(paths[i]));
      holder.move(aside, tree, paths[i]);
    }
  }
}

/// What a killed stage wrote goes to the leftovers, what was aside comes back.
void recover(const os::Beneath& tree,
             const os::Beneath& holder,
             const std::string& directory,
             const std::vector<std::string>& paths,
             std::vector<std::string>& messages) {
  const auto leftover = join_path("leftover", workspace::leaf_of(directory));
  try {
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (!tree.lstat(paths[i])) {
        continue;
      }
      const auto kept = join_path(leftover, std::to_string(i));
      holder.make_directories(leftover);
      tree.move(paths[i], holder, kept);
      messages.push_back(fmt::format("a run was killed while it wrote {}: what it wrote is now {}",
                                     quote(paths[i]),
                                     quote((holder.path() / kept).string())));
    }
    move_back(tree, holder, directory, paths);
  } catch (Error& error) {
    error.add_context(
        fmt::format("outs of before a run that was killed wait in {}: the next run "
                    "puts them back, once their paths are free",
                    quote((holder.path() / directory).string())));
    throw;
  }
}

}  // namespace

OutsAside::OutsAside(workspace::Workspace& workspace, const Instance& instance)
    : workspace_(&workspace) {
  const auto& tree = workspace.tree();
  for (const auto& out : instance.outs) {
    tree.make_directories(parent_of(out.path));
    if (!out.persist) {
      paths_.push_back(out.path);
    }
  }
  if (paths_.empty()) {
    return;
  }
  holder_ = open_holder(workspace);
  directory_ = join_path(running_directory(workspace), os::random_name(16));
  holder_->make_directories(directory_, os::Durability::durable);
  workspace::write_text(*holder_, join_path(directory_, kListName), encode_aside_list(paths_));
  try {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (tree.lstat(paths_[i])) {
        tree.move(paths_[i], *holder_, join_path(directory_, std::to_string(i)));
      }
    }
  } catch (const Error&) {
    // Not put_back: what was not moved yet is no leftover of a stage.
    move_back(tree, *holder_, directory_, paths_);
    holder_->remove_tree(directory_);
    throw;
  }
}

OutsAside::OutsAside(OutsAside&& other) noexcept
    : workspace_(other.workspace_),
      paths_(std::move(other.paths_)),
      holder_(std::move(other.holder_)),
      directory_(std::move(other.directory_)) {
  other.directory_.clear();
}

OutsAside::~OutsAside() {
  if (directory_.empty()) {
    return;
  }
  try {
    put_back();
  } catch (const Error&) {
    // The list is still there: recover_outs of the next run puts back what is left.
    directory_.clear();
  }
}

void OutsAside::clear() {
  for (const auto& path : paths_) {
    workspace_->tree().remove_tree(path);
  }
}

void OutsAside::put_back() {
  if (directory_.empty()) {
    return;
  }
  clear();
  move_back(workspace_->tree(), *holder_, directory_, paths_);
  discard();
}

void OutsAside::discard() {
  if (!directory_.empty()) {
    holder_->remove_tree(directory_);
    directory_.clear();
  }
}

std::vector<std::string> recover_outs(workspace::Workspace& workspace) {
  std::vector<std::string> messages;
  os::make_directories(workspace.state_directory(), os::Durability::durable);
  if (!has_holder(workspace)) {
    return messages;
  }
  const auto holder = open_holder(workspace);
  for (const auto& [directory, paths] : list_running(workspace, holder)) {
    if (paths) {
      recover(workspace.tree(), holder, directory, *paths, messages);
    }
    holder.remove_tree(directory);
  }
  return messages;
}

std::set<std::string> list_outs_aside(const workspace::Workspace& workspace) {
  std::set<std::string> all;
  if (!has_holder(workspace)) {
    return all;
  }
  for (const auto& [directory, paths] : list_running(workspace, open_holder(workspace))) {
    if (paths) {
      all.insert(paths->begin(), paths->end());
    }
  }
  return all;
}

}  // namespace mlops::pipeline
