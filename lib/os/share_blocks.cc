#include "os/share_blocks.h"

#include <cerrno>

#include "os/failure.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

off_t to_offset(std::uint64_t offset) {
  return static_cast<off_t>(offset);
}

bool copy_in_kernel(const FileRange& from, const FileRange& to, std::uint64_t length) {
  std::uint64_t done = 0;
  while (done < length) {
    const ssize_t copied = sys::copy_file_range(from.file.get(),
                                                to_offset(from.offset + done),
                                                to.file.get(),
                                                to_offset(to.offset + done),
                                                static_cast<std::size_t>(length - done));
    if (copied <= 0) {
      return false;
    }
    done += static_cast<std::uint64_t>(copied);
  }
  return true;
}

}  // namespace

bool share_range(const FileRange& from, const FileRange& to, std::uint64_t length) {
  return length == 0 || sys::clone_range(to.file.get(),
                                         to_offset(to.offset),
                                         from.file.get(),
                                         to_offset(from.offset),
                                         length) == 0;
}

bool copy_range(const FileRange& from, const FileRange& to, std::uint64_t length) {
  // Whatever stops the one (EXDEV, EOPNOTSUPP, EINVAL, EAGAIN of ZFS) may not stop the other; and
  // who writes instead meets the true trouble of the disk.
  return share_range(from, to, length) || copy_in_kernel(from, to, length);
}

void pwrite_full(const Fd& fd,
                 std::span<const std::uint8_t> bytes,
                 std::uint64_t offset,
                 const std::filesystem::path& name) {
  while (!bytes.empty()) {
    const ssize_t written = sys::pwrite(fd.get(), bytes.data(), bytes.size(), to_offset(offset));
    if (written < 0) {
      throw_errno(errno, "write", name);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

}  // namespace mlops::os
