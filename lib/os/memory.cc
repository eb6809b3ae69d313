#include "os/memory.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "os/file.h"
#include "os/sightings.h"

namespace mlops::os {
namespace {

constexpr std::uint64_t kUnknownMachine = std::uint64_t{4} << 30U;

/// The number after `mark`, or the fallback.
std::uint64_t number_after(std::string_view text, std::string_view mark, std::uint64_t fallback) {
  const std::size_t found = text.find(mark);
  if (found == std::string_view::npos) {
    return fallback;
  }
  const std::string_view rest = trim(text.substr(found + mark.size()));
  std::uint64_t number = 0;
  const std::from_chars_result parsed =
      std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return parsed.ec == std::errc() ? number : fallback;
}

}  // namespace

std::uint64_t usable_memory() {
  constexpr std::uint64_t kMaxBytes = 1U << 16U;
  // How many stages may run at once, not whether one has to.
  const sightings::Accounted accounted;
  const std::string machine = read_file_if_exists("/proc/meminfo", kMaxBytes).value_or("");
  const std::uint64_t all = number_after(machine, "MemTotal:", kUnknownMachine >> 10U) << 10U;
  const std::string group =
      read_file_if_exists("/sys/fs/cgroup/memory.max", kMaxBytes).value_or("");
  return std::min(all, number_after(group, "", all));
}

}  // namespace mlops::os
