#include "os/append_file.h"

#include <cerrno>

#include <fcntl.h>

#include "base/error.h"
#include "base/text.h"
#include "os/failure.h"
#include "os/sys.h"

namespace mlops::os {

AppendFile::AppendFile(const fs::path& path, std::uint32_t mode)
    : path_(path),
      fd_(sys::openat(AT_FDCWD,
                      path.c_str(),
                      O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW,
                      static_cast<mode_t>(mode))) {
  if (!fd_) {
    if (errno == EEXIST) {
      throw Error(ErrorKind::conflict, quote(path.native()) + " already exists");
    }
    throw_errno(errno, "create", path);
  }
  sync_directory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

void AppendFile::append(std::span<const std::uint8_t> bytes, Durability durability) {
  if (failed_) {
    throw Error(ErrorKind::io,
                "an earlier write to " + quote(path_.native()) + " failed: nothing more is added");
  }
  failed_ = true;
  write_full(fd_, bytes, path_);
  if (durability == Durability::durable && sys::fdatasync(fd_.get()) != 0) {
    throw_errno(errno, "sync", path_);
  }
  failed_ = false;
}

}  // namespace mlops::os
