#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mlops::os {

/// Words of 0 that are read and written at random: in large pages where the system has them, which
/// saves it most searches for where a page is. Throws std::bad_alloc. Owned by one, used by any
/// thread.
class ZeroedMemory {
 public:
  explicit ZeroedMemory(std::size_t words);
  ZeroedMemory(const ZeroedMemory&) = delete;
  ZeroedMemory& operator=(const ZeroedMemory&) = delete;
  ~ZeroedMemory();

  std::span<std::uint64_t> words() const { return words_; }

 private:
  std::span<std::uint64_t> words_;
};

}  // namespace mlops::os
