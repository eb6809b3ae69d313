#include "os/foreign_map.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "os/failure.h"
#include "os/file.h"
#include "os/sys.h"

namespace mlops::os {
namespace {

// What the signal handler may look at: no lock, no memory of its own.
struct Slot {
  std::atomic<bool> is_taken{false};
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::size_t> size{0};
  std::atomic<bool> was_cut{false};
};
std::array<Slot, ForeignMap::kMost> slots;
std::uintptr_t page_bytes = 4096;
struct sigaction action_before = {};

Slot* find_slot(std::uintptr_t address) {
  for (Slot& slot : slots) {
    const std::uintptr_t begin = slot.begin.load();
    if (begin != 0 && address >= begin && address - begin < slot.size.load()) {
      return &slot;
    }
  }
  return nullptr;
}

// A page of zeros in place of the one that the file no longer has. What is not ours ends as it
// would have without us: the instruction runs again, with the action that stood before.
void handle_lost_page(int signal, siginfo_t* info, void* /*context*/) {
  const int saved = errno;
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  Slot* const slot = find_slot(address);
  void* const page = static_cast<char*>(info->si_addr) - address % page_bytes;
  if (slot == nullptr ||
      ::mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
          MAP_FAILED) {
    ::sigaction(signal, &action_before, nullptr);
  } else {
    slot->was_cut.store(true);
  }
  errno = saved;
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = handle_lost_page;
    action.sa_flags = SA_SIGINFO;
    ::sigemptyset(&action.sa_mask);
    if (::sigaction(SIGBUS, &action, &action_before) != 0) {
      throw Error(ErrorKind::internal, "SIGBUS cannot be handled");
    }
  });
}

std::size_t take_slot() {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!slots[i].is_taken.exchange(true)) {
      slots[i].was_cut.store(false);
      return i;
    }
  }
  throw Error(ErrorKind::internal, "too many files are mapped at once");
}

}  // namespace

ForeignMap::ForeignMap(const Fd& fd, const std::filesystem::path& name) {
  install_handler();
  size_ = stat_fd(fd, name).size;
  if (size_ == 0) {
    return;
  }
  slot_ = take_slot();
  data_ = static_cast<const char*>(sys::map_readable(fd.get(), size_));
  if (data_ == nullptr) {
    slots[slot_].is_taken.store(false);
    throw_errno(errno, "map", name);
  }
  slots[slot_].size.store(size_);
  slots[slot_].begin.store(reinterpret_cast<std::uintptr_t>(data_));
}

ForeignMap::ForeignMap(ForeignMap&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      slot_(other.slot_) {}

ForeignMap::~ForeignMap() {
  if (data_ != nullptr) {
    slots[slot_].begin.store(0);
    ::munmap(const_cast<char*>(data_), size_);
    slots[slot_].is_taken.store(false);
  }
}

bool ForeignMap::was_cut() const {
  return data_ != nullptr && slots[slot_].was_cut.load();
}

}  // namespace mlops::os
