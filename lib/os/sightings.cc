#include "os/sightings.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "os/directory.h"
#include "os/failure.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

using Of = Sighting::Of;
using What = Sighting::What;

std::atomic<bool> is_watching{false};
thread_local int accounted = 0;

struct Seen {
  bool nothing = false;
  bool something = false;
  bool names = false;

  What what() const { return names ? What::names : something ? What::something : What::nothing; }
};
std::mutex mutex;
// All below: guarded by mutex.
std::unordered_map<std::string, Seen> entries;  ///< by path
std::unordered_map<std::string, Seen> targets;
std::unordered_map<std::string, Seen> ways;
std::unordered_map<int, std::string> directories;  ///< that we opened, by descriptor
std::string lost;                                  ///< why; empty: not

bool sees() noexcept {
  return is_watching.load(std::memory_order_relaxed) && accounted == 0;
}

/// Callers go by errno after us.
class KeptErrno {
 public:
  KeptErrno() noexcept : number_(errno) {}
  ~KeptErrno() { errno = number_; }
  KeptErrno(const KeptErrno&) = delete;
  KeptErrno& operator=(const KeptErrno&) = delete;

 private:
  int number_;
};

bool is_absence(int problem) {
  return problem == ENOENT || problem == ENOTDIR;
}

void lose_locked(std::string_view why) {
  if (lost.empty()) {
    lost = why;
  }
}

/// Files whose content no time tells.
bool is_the_kernels(std::string_view path) {
  return path.starts_with("/proc/") || path.starts_with("/sys/");
}

/// Of a descriptor from before the watch the kernel knows the name.
std::string name_of(int directory) {
  if (const auto known = directories.find(directory); known != directories.end()) {
    return known->second;
  }
  std::error_code failed;
  const std::string link =
      directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/" + std::to_string(directory);
  return std::filesystem::read_symlink(link, failed).string();
}

/// Empty when it cannot be told.
std::string absolute(int directory, std::string_view path) {
  if (path.starts_with('/')) {
    return std::string(path);
  }
  std::string name = name_of(directory);
  if (!name.starts_with('/') || path == ".") {
    return name.starts_with('/') ? name : std::string();
  }
  if (name.size() > 1) {
    name += '/';
  }
  return name.append(path);
}

void add_ways(std::string_view path, std::map<std::string, Seen>& all) {
  for (auto slash = path.rfind('/'); slash != std::string_view::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    if (!all.try_emplace(std::string(path.substr(0, slash))).second) {
      return;  // and all above it
    }
  }
}

void forget_all() {
  entries.clear();
  targets.clear();
  ways.clear();
  directories.clear();
}

}  // namespace

std::optional<FileStat> see_again(const std::filesystem::path& path, Of of) {
  struct stat info {};
  const sightings::Accounted accounted_for;
  const int flags = of == Of::entry ? AT_SYMLINK_NOFOLLOW : 0;
  if (sys::fstatat(AT_FDCWD, path.c_str(), info, flags) == 0) {
    return to_file_stat(info);
  }
  if (is_absence(errno)) {
    return std::nullopt;
  }
  throw_errno(errno, "examine", path);
}

SightingWatch::SightingWatch() {
  const std::lock_guard lock(mutex);
  if (is_watching.load()) {
    throw Error(ErrorKind::internal, "what is looked at is watched already");
  }
  forget_all();
  lost.clear();
  is_watching.store(true);
}

SightingWatch::~SightingWatch() {
  if (!is_over_) {
    end();
  }
}

std::optional<std::vector<Sighting>> SightingWatch::end() {
  const std::lock_guard lock(mutex);
  if (std::exchange(is_over_, true)) {
    return std::nullopt;
  }
  is_watching.store(false);
  std::vector<Sighting> all;
  std::map<std::string, Seen> passed(ways.begin(), ways.end());
  for (const auto& [seen, of] : {std::pair(&entries, Of::entry), std::pair(&targets, Of::target)}) {
    for (const auto& [path, found] : *seen) {
      if (found.nothing && found.something) {
        lose_locked("changed meanwhile: " + path);
      }
      all.push_back({path, of, found.what()});
      add_ways(path, passed);
    }
  }
  for (const auto& [path, found] : ways) {
    add_ways(path, passed);
  }
  for (const auto& [path, found] : passed) {
    if (!entries.contains(path)) {
      all.push_back({path, Of::entry, What::way});
    }
  }
  forget_all();
  lost_by_ = std::exchange(lost, {});
  if (!lost_by_.empty()) {
    return std::nullopt;
  }
  std::sort(all.begin(), all.end());
  return all;
}

namespace sightings {

void note(const std::filesystem::path& path) {
  struct stat info {};
  sys::fstatat(AT_FDCWD, path.c_str(), info, 0);  // what it comes to is noted there
}

void lose(std::string_view why) noexcept {
  if (sees()) {
    const std::lock_guard lock(mutex);
    lose_locked(why);
  }
}

Accounted::Accounted() noexcept {
  ++accounted;
}

Accounted::~Accounted() {
  --accounted;
}

void saw(int directory, const char* path, Of of, What what, int problem) noexcept {
  if (!sees()) {
    return;
  }
  const KeptErrno kept;
  const std::lock_guard lock(mutex);
  const std::string name = absolute(directory, path);
  if (name.empty()) {
    lose_locked("a directory without a name");
  } else if (is_the_kernels(name) || (problem != 0 && !is_absence(problem))) {
    lose_locked("cannot be looked at again: " + name);
  } else if (problem == 0 && what == What::way) {
    ways.try_emplace(name);
  } else {
    auto& seen = (of == Of::entry ? entries : targets)[name];
    (problem == 0 ? seen.something : seen.nothing) = true;
    seen.names |= what == What::names;
  }
}

void opened(int fd, int directory, const char* path) noexcept {
  if (fd < 0 || !is_watching.load(std::memory_order_relaxed)) {
    return;
  }
  const KeptErrno kept;
  const std::lock_guard lock(mutex);
  directories.insert_or_assign(fd, absolute(directory, path));
}

}  // namespace sightings

}  // namespace mlops::os
