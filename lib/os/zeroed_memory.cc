#include "os/zeroed_memory.h"

#include <limits>
#include <new>

#include <sys/mman.h>

namespace mlops::os {

ZeroedMemory::ZeroedMemory(std::size_t words) {
  if (words == 0) {
    return;
  }
  if (words > std::numeric_limits<std::size_t>::max() / sizeof(std::uint64_t)) {
    throw std::bad_alloc();
  }
  const std::size_t bytes = words * sizeof(std::uint64_t);
  void* const begin =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) {
    throw std::bad_alloc();
  }
#ifdef MADV_HUGEPAGE
  // A wish: a system without large pages gives small ones.
  static_cast<void>(::madvise(begin, bytes, MADV_HUGEPAGE));
#endif
  words_ = {static_cast<std::uint64_t*>(begin), words};
}

ZeroedMemory::~ZeroedMemory() {
  if (!words_.empty()) {
    ::munmap(words_.data(), words_.size_bytes());
  }
}

}  // namespace mlops::os
