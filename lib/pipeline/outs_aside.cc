#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "os/random.h"
#include "pipeline/aside_list.h"
#include "pipeline/outputs.h"

namespace mlops::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxListBytes = 16ULL << 20U;

/// On the file system of the work tree, so that a move is a rename: below the state directory, or,
/// where that is elsewhere, below the tree's own .mlops. One for each work tree.
fs::path running_directory(const workspace::Workspace& workspace) {
  const auto digest = codec::sha256(codec::as_bytes(workspace.top().native()));
  const auto tree = to_hex(std::span(digest).first(8));
  os::make_directories(workspace.state_directory());
  const auto state = os::lstat_file(workspace.state_directory());
  const auto top = os::lstat_file(workspace.top());
  const bool is_near = state && top && state->dev == top->dev;
  return (is_near ? workspace.state_directory() : workspace.top() / ".mlops") / "running" / tree;
}

void move_back(const workspace::Workspace& workspace,
               const fs::path& directory,
               const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto aside = directory / std::to_string(i);
    if (os::lstat_file(aside)) {
      os::make_directories((workspace.top() / paths[i]).parent_path());
      os::rename_no_replace(aside, workspace.top() / paths[i]);
    }
  }
}

}  // namespace

OutsAside::OutsAside(workspace::Workspace& workspace, const Instance& instance)
    : workspace_(&workspace) {
  for (const auto& out : instance.outs) {
    // Also refuses a path that leads through a link.
    static_cast<void>(workspace.tree().lstat(out.path));
    os::make_directories((workspace.top() / out.path).parent_path());
    if (!out.persist) {
      paths_.push_back(out.path);
    }
  }
  if (paths_.empty()) {
    return;
  }
  const auto parent = running_directory(workspace);
  os::make_directories(parent);
  directory_ = parent / os::random_name(16);
  os::make_directories(directory_);
  os::write_file_atomic(
      directory_ / "paths.json", encode_aside_list(paths_), os::Durability::durable);
  os::sync_directory(parent);
  try {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (workspace.tree().lstat(paths_[i])) {
        os::rename_no_replace(workspace.top() / paths_[i], directory_ / std::to_string(i));
      }
    }
  } catch (const Error&) {
    // Not put_back: what was not moved yet is no leftover of a stage.
    move_back(workspace, directory_, paths_);
    os::remove_tree(directory_);
    throw;
  }
}

OutsAside::OutsAside(OutsAside&& other) noexcept
    : workspace_(other.workspace_),
      paths_(std::move(other.paths_)),
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
    if (workspace_->tree().lstat(path)) {
      os::remove_tree(workspace_->top() / path);
    }
  }
}

void OutsAside::put_back() {
  if (directory_.empty()) {
    return;
  }
  clear();
  move_back(*workspace_, directory_, paths_);
  discard();
}

void OutsAside::discard() {
  if (!directory_.empty()) {
    os::remove_tree(directory_);
    directory_.clear();
  }
}

std::vector<std::string> recover_outs(workspace::Workspace& workspace) {
  std::vector<std::string> messages;
  const auto running = running_directory(workspace);
  if (!os::lstat_file(running)) {
    return messages;
  }
  for (const auto& name : os::list_directory(running)) {
    const auto directory = running / name;
    const auto text = os::read_file_if_exists(directory / "paths.json", kMaxListBytes);
    const auto paths = text ? decode_aside_list(*text) : std::nullopt;
    if (!paths) {
      os::remove_tree(directory);
      continue;
    }
    const auto leftover = running.parent_path().parent_path() / "leftover" / name;
    for (std::size_t i = 0; i < paths->size(); ++i) {
      const auto& path = (*paths)[i];
      if (!workspace.tree().lstat(path)) {
        continue;
      }
      os::make_directories(leftover);
      os::rename_no_replace(workspace.top() / path, leftover / std::to_string(i));
      messages.push_back(fmt::format("a run was killed while it wrote {}: what it wrote is now {}",
                                     quote(path),
                                     quote((leftover / std::to_string(i)).string())));
    }
    move_back(workspace, directory, *paths);
    os::remove_tree(directory);
  }
  return messages;
}

}  // namespace mlops::pipeline
