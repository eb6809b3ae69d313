#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/file.h"

namespace mlops::os {

/// Something that this process has looked at in the file system.
struct Sighting {
  enum class Of : std::uint8_t { entry, target };  ///< links as such, or what they lead to
  enum class What : std::uint8_t {
    nothing,    ///< there was none
    something,  ///< of a directory: that it is there, and whose
    way,        ///< a directory, only passed through
    names,      ///< a directory, and all names in it
  };
  std::string path;  ///< absolute
  Of of = Of::entry;
  What what = What::nothing;
  friend auto operator<=>(const Sighting&,
                          const Sighting&) = default;  // NOLINT(modernize-use-nullptr)
};

/// What lies at a path now; nothing when there is none. Error{io}. Not a sighting itself.
std::optional<FileStat> see_again(const std::filesystem::path& path, Sighting::Of of);

/// Notes what this process looks at, from now to its end: every path that the wrappers of this room
/// open, examine or list, on whatever thread, and the directories on the way there. Files that it
/// creates, and locks, are no sightings. Whatever is learnt otherwise, by asking a program or from
/// a call that fails, makes the watch lose sight, once and for all, unless it is Accounted for. One
/// watch a process.
class SightingWatch {
 public:
  SightingWatch();
  ~SightingWatch();
  SightingWatch(const SightingWatch&) = delete;
  SightingWatch& operator=(const SightingWatch&) = delete;

  /// Sorted by path; nothing when it lost sight.
  std::optional<std::vector<Sighting>> end();
  /// Why it did; empty when it did not. After `end`.
  const std::string& lost_by() const { return lost_by_; }

 private:
  bool is_over_ = false;
  std::string lost_by_;
};

namespace sightings {

/// A file that somebody else reads for us, as a library does.
void note(const std::filesystem::path& path);
/// What is learnt now no path tells.
void lose(std::string_view why) noexcept;

/// While it lives this thread sees nothing: what it learns is noted otherwise, or decides nothing.
class Accounted {
 public:
  Accounted() noexcept;
  ~Accounted();
  Accounted(const Accounted&) = delete;
  Accounted& operator=(const Accounted&) = delete;
};

/// For the wrappers: what a call on `path` in the open directory (or AT_FDCWD) came to, 0 or errno.
void saw(
    int directory, const char* path, Sighting::Of of, Sighting::What what, int problem) noexcept;
/// A descriptor that a call of ours opened there; -1: none.
void opened(int fd, int directory, const char* path) noexcept;

}  // namespace sightings

}  // namespace mlops::os
