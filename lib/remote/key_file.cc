#include "remote/key_file.h"

#include <cstdint>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "remote/http.h"

namespace mlops::remote {

namespace fs = std::filesystem;

fs::path key_file(const std::vector<std::string>& environment,
                  std::string_view variable,
                  const fs::path& usual) {
  const std::string named = find_variable(environment, variable);
  if (!named.empty()) {
    return named;
  }
  const std::string home = find_variable(environment, "HOME");
  return home.empty() ? fs::path() : fs::path(home) / usual;
}

std::optional<std::string> read_key_file(const fs::path& file) {
  constexpr std::uint64_t kMaxFileBytes = 1U << 20U;
  return file.empty() ? std::nullopt : os::read_file_if_exists(file, kMaxFileBytes);
}

void refuse_readable_by_others(const fs::path& file) {
  constexpr std::uint32_t kOthers = 0077;
  const auto stat = os::lstat_file(file);
  if (stat && stat->kind == os::FileKind::regular && (stat->mode & kOthers) != 0) {
    throw Error(ErrorKind::config,
                quote(file.string()) + " holds keys, and others may read it",
                shell_join({"chmod", "600", file.string()}));
  }
}

}  // namespace mlops::remote
