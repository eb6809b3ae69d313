#include "workspace/torn_file.h"

#include <algorithm>
#include <array>

#include "os/file.h"

namespace mlops::workspace {

namespace {

constexpr std::size_t kSector = 512;

/// Holds a file's sectors against the wanted bytes, which come in pieces of any length.
class SectorCheck {
 public:
  SectorCheck(const os::Fd& fd, const std::string& path) : fd_(fd), path_(path) {}

  void take(std::span<const std::uint8_t> wanted) {
    while (is_torn_ && !wanted.empty()) {
      const std::size_t room = kSector - filled_;
      const auto part = wanted.first(std::min(room, wanted.size()));
      std::copy(part.begin(), part.end(), wanted_.begin() + static_cast<std::ptrdiff_t>(filled_));
      filled_ += part.size();
      wanted = wanted.subspan(part.size());
      if (filled_ == kSector) {
        compare();
      }
    }
  }
  bool finish() {
    compare();
    return is_torn_;
  }

 private:
  void compare() {
    std::array<std::uint8_t, kSector> sector{};
    const std::span<std::uint8_t> buffer(sector.data(), filled_);
    const auto held = buffer.first(os::read_full(fd_, buffer, path_));
    const bool is_wanted = std::equal(held.begin(), held.end(), wanted_.begin());
    is_torn_ =
        is_torn_ &&
        (is_wanted || std::all_of(held.begin(), held.end(), [](std::uint8_t b) { return b == 0; }));
    filled_ = 0;
  }

  const os::Fd& fd_;
  const std::string& path_;
  std::array<std::uint8_t, kSector> wanted_{};
  std::size_t filled_ = 0;
  bool is_torn_ = true;
};

}  // namespace

bool is_torn(const os::Beneath& tree,
             const std::string& path,
             const os::FileStat& stat,
             const store::Store& store,
             const store::Entry& wanted) {
  if (wanted.kind == store::EntryKind::symlink || stat.size > wanted.size) {
    return false;
  }
  const os::Fd fd = tree.open_file(path);
  SectorCheck check(fd, path);
  store.read_file(wanted, [&](std::span<const std::uint8_t> piece) { check.take(piece); });
  return check.finish() && os::stat_fd(fd, path) == stat;
}

}  // namespace mlops::workspace
