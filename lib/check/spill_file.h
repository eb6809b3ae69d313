#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>

#include "os/file.h"

namespace mlops::check {

/// One temporary file for all that does not fit into memory; made at the first write. Any thread.
class SpillFile {
 public:
  explicit SpillFile(std::filesystem::path directory) : directory_(std::move(directory)) {}
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  /// Where the bytes are from now on.
  std::uint64_t append(std::span<const std::uint8_t> bytes);
  void read(std::uint64_t offset, std::span<std::uint8_t> bytes) const;

  /// How much memory each of those who sort may hold: `total` among `sorts`, but never too little
  /// to work with.
  void share_memory(std::uint64_t total, std::size_t sorts);
  std::size_t share_bytes() const { return share_bytes_; }
  std::uint64_t size() const { return size_; }

 private:
  std::filesystem::path directory_;
  std::mutex mutex_;  ///< of the two behind it; who reads comes after all who append
  std::optional<os::TempFile> file_;
  std::uint64_t size_ = 0;
  std::size_t share_bytes_ = std::size_t{64} << 20U;
};

}  // namespace mlops::check
