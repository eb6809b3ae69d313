#include "pipeline/env_file.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"

namespace mlops::pipeline {

namespace {

/// Both clients read lines of up to 64 KiB.
constexpr std::size_t kMaxLine = 32U << 10U;

/// Newer clients take quotes, backslashes and '#' for more than letters, older ones do not.
bool fits_line(const std::string& value) {
  return value.size() <= kMaxLine && is_utf8(value) &&
         value.find_first_of("\n\r\"'\\#$`") == std::string::npos &&
         std::string(trim(value)) == value && value.find('\0') == std::string::npos;
}

/// What the client itself obeys.
bool steers_client(const std::string& name) {
  constexpr std::array<std::string_view, 4> kNames{"PATH", "HOME", "TMPDIR", "USER"};
  constexpr std::array<std::string_view, 9> kPrefixes{
      "DOCKER", "BUILDKIT", "BUILDX", "CONTAINER", "PODMAN", "XDG_", "LD_", "REGISTRY", "STORAGE"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
           return name.starts_with(prefix);
         });
}

}  // namespace

EnvFile::EnvFile(const std::filesystem::path& directory,
                 const std::map<std::string, std::string>& variables)
    : file_(directory, "env-") {
  std::string text;
  for (const auto& [name, value] : variables) {
    if (fits_line(value)) {
      text += fmt::format("{}={}\n", name, value);
    } else if (!steers_client(name)) {
      text.append(name).append("\n");
      for_client_.push_back(fmt::format("{}={}", name, value));
    } else {
      throw Error(ErrorKind::config,
                  fmt::format("the variable {} cannot be handed to a container: its value has "
                              "quotes, line feeds or other special letters, and its name is one "
                              "that the engine's client obeys",
                              quote(name)),
                  "set it within the stage's command");
    }
  }
  file_.write(codec::as_bytes(text));
}

}  // namespace mlops::pipeline
