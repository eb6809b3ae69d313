#include "workspace/tree_write.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/lock.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

TempBeside::TempBeside(const os::Beneath& tree, std::string_view relative)
    : tree_(tree), target_(relative) {
  auto [path, fd] = tree.create_temp_beside(relative);
  path_ = std::move(path);
  fd_ = std::move(fd);
}

TempBeside::~TempBeside() {
  if (path_.empty()) {
    return;
  }
  try {
    tree_.remove_file(path_);
  } catch (const Error&) {
    // A destructor has nobody to tell; its name makes the next checkout remove it.
    return;
  }
}

bool TempBeside::hold() {
  switch (os::lock_open_file(fd_, lock_)) {
    case os::OpenFileLock::busy:
      return false;
    case os::OpenFileLock::impossible:
      return true;  // for whoever sweeps, too: he leaves it
    case os::OpenFileLock::taken:
      break;
  }
  const auto named = tree_.lstat(path_);
  return named && named->ino == os::stat_fd(fd_, path_).ino;
}

void TempBeside::publish(std::uint32_t mode, os::Durability durability) {
  os::set_mode(fd_, mode, path_);
  finish(durability, Replace::yes);
}

void TempBeside::publish_new(std::uint32_t mode, os::Durability durability) {
  os::set_mode(fd_, mode, path_);
  finish(durability, Replace::no);
}

void TempBeside::publish_with_exact_mode(std::uint32_t mode, os::Durability durability) {
  os::set_exact_mode(fd_, mode, path_);
  finish(durability, Replace::yes);
}

void TempBeside::finish(os::Durability durability, Replace replace) {
  os::sync_and_close(std::move(fd_), path_, durability);
  if (replace == Replace::yes) {
    tree_.rename(path_, target_);
  } else {
    tree_.move(path_, tree_, target_);
  }
  path_.clear();
  if (durability == os::Durability::durable) {
    tree_.sync_directory(parent_of(target_));
  }
}

NewFile::NewFile(const os::Beneath& tree, std::string_view relative, std::uint32_t mode)
    : tree_(tree), path_(relative), fd_(tree.create_file(relative, mode)) {}

NewFile::~NewFile() {
  if (path_.empty()) {
    return;
  }
  try {
    tree_.remove_file(path_);
  } catch (const Error&) {
    // A destructor has nobody to tell; the next checkout finds it torn.
    return;
  }
}

os::FileStat NewFile::keep() {
  const os::FileStat stat = os::stat_fd(fd_, path_);
  os::sync_and_close(std::move(fd_), path_, os::Durability::relaxed);
  path_.clear();
  return stat;
}

void write_text(const os::Beneath& tree, std::string_view relative, std::string_view content) {
  const auto old = tree.lstat(relative);
  std::optional<TempBeside> temp;
  do {
    temp.emplace(tree, relative);
  } while (!temp->hold());
  os::write_full(temp->fd(), codec::as_bytes(content), temp->path());
  if (old && old->kind == os::FileKind::regular) {
    temp->publish_with_exact_mode(old->mode, os::Durability::durable);
  } else {
    temp->publish(0666, os::Durability::durable);
  }
}

std::optional<std::string> read_text(const os::Beneath& tree,
                                     std::string_view relative,
                                     std::uint64_t max_bytes) {
  const auto stat = tree.lstat(relative);
  if (!stat) {
    return std::nullopt;
  }
  if (stat->kind == os::FileKind::regular && stat->size > max_bytes) {
    throw Error(ErrorKind::config,
                fmt::format("{} is larger than {} bytes", quote(relative), max_bytes),
                shell_join({"git", "checkout", "--", ":/" + std::string(relative)}));
  }
  const os::Fd fd = tree.open_file(relative);
  // One byte more than expected: a file that grew meanwhile is not cut short in silence.
  std::vector<std::uint8_t> bytes(stat->size + 1);
  const std::size_t count = os::read_full(fd, bytes, std::string(relative));
  if (count > stat->size) {
    throw Error(ErrorKind::conflict,
                fmt::format("{} changed while it was read", quote(relative)),
                "run the command again");
  }
  return std::string(codec::as_text(bytes).substr(0, count));
}

}  // namespace mlops::workspace
