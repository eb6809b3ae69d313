#include "pipeline/holder.h"

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::pipeline {

namespace {

constexpr std::string_view kNearDirectory = ".mlops";

/// Whether a move from the work tree into the state directory is a rename.
bool is_state_near(const workspace::Workspace& workspace) {
  const auto state = os::lstat_file(workspace.state_directory());
  const auto top = os::lstat_file(workspace.top());
  return state && top && state->dev == top->dev;
}

}  // namespace

os::Beneath open_holder(const workspace::Workspace& workspace) {
  os::make_directories(workspace.state_directory(), os::Durability::durable);
  if (is_state_near(workspace)) {
    return os::Beneath::open(workspace.state_directory());
  }
  workspace.tree().make_directories(kNearDirectory, os::Durability::durable);
  return workspace.tree().enter(kNearDirectory);
}

bool has_holder(const workspace::Workspace& workspace) {
  return is_state_near(workspace) || workspace.tree().lstat(kNearDirectory).has_value();
}

std::string holder_name(const workspace::Workspace& workspace) {
  const auto digest = codec::sha256(codec::as_bytes(workspace.top().native()));
  return to_hex(std::span(digest).first(8));
}

}  // namespace mlops::pipeline
