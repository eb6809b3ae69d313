#include "check/spill_file.h"

#include <algorithm>

#include "base/error.h"

namespace mlops::check {
namespace {

constexpr std::uint64_t kLeastShare = std::uint64_t{256} << 10U;
constexpr std::uint64_t kMostShare = std::uint64_t{1} << 30U;

}  // namespace

std::uint64_t SpillFile::append(std::span<const std::uint8_t> bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!file_) {
    file_.emplace(directory_, "spill-");
  }
  const std::uint64_t offset = size_;
  file_->write(bytes);
  size_ += bytes.size();
  return offset;
}

void SpillFile::read(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  if (!file_ || os::pread_full(file_->fd(), bytes, offset, file_->path()) != bytes.size()) {
    throw Error(ErrorKind::io, "a temporary file was cut while it was used");
  }
}

void SpillFile::share_memory(std::uint64_t total, std::size_t sorts) {
  const std::uint64_t share = total / std::max<std::size_t>(1, sorts);
  share_bytes_ = static_cast<std::size_t>(std::clamp(share, kLeastShare, kMostShare));
}

}  // namespace mlops::check
