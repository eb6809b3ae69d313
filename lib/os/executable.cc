#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "os/process.h"
#include "os/sys.h"

namespace mlops::os {

namespace {

bool is_executable_file(const std::filesystem::path& path) {
  struct stat info {};
  return sys::fstatat(AT_FDCWD, path.c_str(), info, 0) == 0 && S_ISREG(info.st_mode) &&
         sys::faccessat(AT_FDCWD, path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::filesystem::path> find_executable(std::string_view name,
                                                     std::string_view search_path) {
  if (name.empty() || name.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  if (name.find('/') != std::string_view::npos) {
    std::filesystem::path path(name);
    return is_executable_file(path) ? std::optional(std::move(path)) : std::nullopt;
  }
  for (const std::string_view directory : split(search_path, ':')) {
    if (!directory.starts_with('/')) {
      continue;
    }
    std::filesystem::path path = std::filesystem::path(directory) / name;
    if (is_executable_file(path)) {
      return path;
    }
  }
  return std::nullopt;
}

}  // namespace mlops::os
