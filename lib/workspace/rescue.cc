#include "workspace/rescue.h"

#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/random.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

constexpr std::size_t kCopyBytes = 1U << 20U;
constexpr const char* kAgain = "run the command again";

/// "20261122T200131Z": sorts by time and needs no quoting.
std::string time_name() {
  std::string name;
  for (const char c : format_time(os::wall_time_ns())) {
    if (c != '-' && c != ':') {
      name += c;
    }
  }
  return name;
}

}  // namespace

RescueDirectory::RescueDirectory(Workspace& workspace) : workspace_(workspace) {}

void RescueDirectory::make() {
  const std::filesystem::path path =
      workspace_.state_directory() / "rescue" / (time_name() + "-" + os::random_name(6));
  os::make_directories(path);
  os::sync_directory(path.parent_path());
  if (const auto stat = os::lstat_file(path)) {
    device_ = stat->dev;
  }
  const std::string relative = path.lexically_relative(workspace_.top()).string();
  if (!relative.starts_with("..")) {
    below_tree_ = relative;
  }
  directory_ = os::Beneath::open(path);
  path_ = path;
}

void RescueDirectory::take(const std::string& relative, const os::FileStat& stat) {
  if (!directory_) {
    make();
  }
  const os::Beneath& tree = workspace_.tree();
  if (tree.lstat(relative) != stat) {
    throw Error(ErrorKind::conflict, quote(relative) + " changed underneath", kAgain);
  }
  directory_->make_directories(parent_of(relative));
  if (!below_tree_.empty() && stat.dev == device_) {
    tree.rename(relative, join_path(below_tree_, relative));
    directory_->sync_directory(parent_of(relative));
    return;
  }
  copy(relative, stat);
  tree.remove_file(relative);
}

void RescueDirectory::copy(const std::string& relative, const os::FileStat& stat) {
  const os::Beneath& tree = workspace_.tree();
  if (stat.kind == os::FileKind::symlink) {
    directory_->make_symlink(tree.read_link(relative), relative);
    directory_->sync_directory(parent_of(relative));
    return;
  }
  if (stat.kind != os::FileKind::regular) {
    throw Error(ErrorKind::conflict,
                quote(relative) + " is no file and cannot be moved to another file system",
                shell_join({"rm", "--", workspace_.to_display(relative)}));
  }
  const os::Fd from = tree.open_file(relative);
  TempBeside to(*directory_, relative);
  std::vector<std::uint8_t> buffer(kCopyBytes);
  while (true) {
    const std::size_t count = os::read_full(from, buffer, relative);
    os::write_full(to.fd(), std::span(buffer).first(count), to.path());
    if (count < buffer.size()) {
      break;
    }
  }
  if (os::stat_fd(from, relative) != stat) {
    throw Error(ErrorKind::conflict, quote(relative) + " changed underneath", kAgain);
  }
  to.publish(stat.mode, os::Durability::durable);
}

}  // namespace mlops::workspace
