#include "os/machine.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include <unistd.h>

#include "base/error.h"
#include "os/file.h"

namespace mlops::os {

namespace {

constexpr std::uint64_t kMaxProcBytes = 1U << 20U;
constexpr std::size_t kMaxDepth = 1'000;

/// A file of /proc; empty when it cannot be read.
std::string read_proc(const std::string& path) {
  try {
    return read_file_if_exists(path, kMaxProcBytes).value_or("");
  } catch (const Error&) {
    return "";
  }
}

/// The number behind "<name> " at the start of a line.
template <typename Number>
std::optional<Number> find_number(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    if (line.starts_with(name)) {
      line.remove_prefix(name.size());
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      Number number{};
      if (std::from_chars(line.data(), line.data() + line.size(), number).ec == std::errc()) {
        return number;
      }
    }
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> oom_kill_count() {
  return find_number<std::uint64_t>(read_proc("/proc/vmstat"), "oom_kill ");
}

std::uint64_t gpu_count() {
  constexpr std::string_view kPrefix = "nvidia";
  try {
    const auto names = list_directory("/dev");
    return static_cast<std::uint64_t>(
        std::count_if(names.begin(), names.end(), [&](const std::string& name) {
          return name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
                 name.find_first_not_of("0123456789", kPrefix.size()) == std::string::npos;
        }));
  } catch (const Error&) {
    return 0;
  }
}

std::int64_t process_id() {
  return ::getpid();
}

std::vector<std::int64_t> list_ancestors() {
  std::vector<std::int64_t> all{process_id()};
  while (all.size() < kMaxDepth) {
    const auto status = read_proc("/proc/" + std::to_string(all.back()) + "/status");
    const auto parent = find_number<std::int64_t>(status, "PPid:");
    if (!parent || *parent <= 0) {
      break;
    }
    all.push_back(*parent);
  }
  return all;
}

}  // namespace mlops::os
