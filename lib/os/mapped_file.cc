#include <cerrno>
#include <utility>

#include <sys/mman.h>

#include "os/failure.h"
#include "os/file.h"
#include "os/sys.h"

namespace mlops::os {

MappedFile::MappedFile(const fs::path& path) {
  const std::optional<Fd> fd = open_regular(path);
  if (!fd) {
    throw_errno(ENOENT, "open", path, ErrorKind::not_found);
  }
  size_ = stat_fd(*fd, path).size;
  if (size_ == 0) {
    return;
  }
  data_ = static_cast<const std::uint8_t*>(sys::map_readable(fd->get(), size_));
  if (data_ == nullptr) {
    throw_errno(errno, "map", path);
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    ::munmap(const_cast<std::uint8_t*>(data_), size_);
  }
}

}  // namespace mlops::os
