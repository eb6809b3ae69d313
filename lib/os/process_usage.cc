#include "os/process_usage.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <map>
#include <string>

#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/machine.h"

namespace mlops::os {

namespace {

constexpr std::uint64_t kMaxProcBytes = 1U << 16U;
constexpr std::size_t kMaxDepth = 1'000;

using Stats = std::map<std::int64_t, ProcessStat>;

std::optional<std::string> read_process_file(const std::string& path) {
  try {
    return read_file_if_exists(path, kMaxProcBytes);
  } catch (const Error&) {
    return std::nullopt;  // it has ended meanwhile, or is not ours to see
  }
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

Stats read_all_stats() {
  Stats stats;
  std::vector<std::string> names;
  try {
    names = list_directory("/proc");
  } catch (const Error&) {
    return stats;
  }
  for (const auto& name : names) {
    if (!parse_number<std::int64_t>(name)) {
      continue;
    }
    const auto line = read_process_file("/proc/" + name + "/stat");
    if (const auto stat = line ? parse_process_stat(*line) : std::nullopt; stat) {
      stats.emplace(stat->id, *stat);
    }
  }
  return stats;
}

/// The one of `places` that a process belongs to: by its group or by an ancestor. A child of ours
/// in a group that it does not lead is a guardian: what it holds is a copy of our own memory.
std::optional<std::size_t> find_place(const Stats& stats,
                                      const ProcessStat& process,
                                      const std::map<std::int64_t, std::size_t>& places) {
  if (process.parent == process_id() && !places.contains(process.id)) {
    return std::nullopt;
  }
  if (const auto found = places.find(process.group); found != places.end()) {
    return found->second;
  }
  auto id = process.id;
  for (std::size_t depth = 0; depth < kMaxDepth && id > 0; ++depth) {
    if (const auto found = places.find(id); found != places.end()) {
      return found->second;
    }
    const auto next = stats.find(id);
    id = next == stats.end() ? 0 : next->second.parent;
  }
  return std::nullopt;
}

/// The signals of a line such as "SigCgt:\t0000000000004002", a bit each.
std::optional<std::uint64_t> find_signals(std::string_view status, std::string_view name) {
  for (const auto line : split(status, '\n')) {
    if (line.starts_with(name)) {
      const auto digits = trim(line.substr(name.size()));
      std::uint64_t bits = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
      return error == std::errc() && end == digits.data() + digits.size() ? std::optional(bits)
                                                                          : std::nullopt;
    }
  }
  return std::nullopt;
}

std::uint64_t ask_system(int name, std::uint64_t fallback) {
  const long value = ::sysconf(name);
  return value > 0 ? static_cast<std::uint64_t>(value) : fallback;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  // pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime
  // cutime cstime priority nice threads itrealvalue starttime vsize rss …
  constexpr std::size_t kParent = 1;
  constexpr std::size_t kGroup = 2;
  constexpr std::size_t kFirstTime = 11;
  constexpr std::size_t kTimes = 4;
  constexpr std::size_t kRss = 21;
  const auto open = line.find(" (");
  const auto close = line.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  const auto words = split(trim(line.substr(close + 2)), ' ');
  if (words.size() <= kRss) {
    return std::nullopt;
  }
  const auto id = parse_number<std::int64_t>(line.substr(0, open));
  const auto parent = parse_number<std::int64_t>(words[kParent]);
  const auto group = parse_number<std::int64_t>(words[kGroup]);
  const auto rss = parse_number<std::int64_t>(words[kRss]);
  if (!id || !parent || !group || !rss) {
    return std::nullopt;
  }
  ProcessStat stat{
      *id, *parent, *group, 0, static_cast<std::uint64_t>(std::max<std::int64_t>(*rss, 0))};
  for (std::size_t i = kFirstTime; i < kFirstTime + kTimes; ++i) {
    const auto ticks = parse_number<std::int64_t>(words[i]);
    if (!ticks) {
      return std::nullopt;
    }
    stat.cpu_ticks += static_cast<std::uint64_t>(std::max<std::int64_t>(*ticks, 0));
  }
  return stat;
}

std::vector<std::optional<ProcessUsage>> measure_processes(const std::vector<std::int64_t>& ids) {
  std::vector<std::optional<ProcessUsage>> usages(ids.size());
  if (ids.empty()) {
    return usages;
  }
  std::map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] > 0) {
      places.emplace(ids[i], i);
    }
  }
  const auto ticks_per_second = ask_system(_SC_CLK_TCK, 100);
  const auto page_bytes = ask_system(_SC_PAGESIZE, 4096);
  const auto stats = read_all_stats();
  for (const auto& [id, stat] : stats) {
    const auto place = find_place(stats, stat, places);
    if (!place) {
      continue;
    }
    auto& usage = usages[*place];
    usage = usage.value_or(ProcessUsage());
    usage->cpu += std::chrono::milliseconds(
        static_cast<std::int64_t>(stat.cpu_ticks * 1000 / ticks_per_second));
    usage->rss_bytes += stat.rss_pages * page_bytes;
  }
  return usages;
}

bool is_in_control_group(std::int64_t id, std::string_view name) {
  const auto names = read_process_file("/proc/" + std::to_string(id) + "/cgroup");
  return !name.empty() && names && names->find(name) != std::string::npos;
}

std::optional<SignalAction> find_action_on_request(std::int64_t id) {
  constexpr auto kBit = 1ULL << (SIGTERM - 1U);
  const auto status = read_process_file("/proc/" + std::to_string(id) + "/status");
  const auto ignored = status ? find_signals(*status, "SigIgn:") : std::nullopt;
  const auto handled = status ? find_signals(*status, "SigCgt:") : std::nullopt;
  if (!ignored || !handled) {
    return std::nullopt;
  }
  return (*handled & kBit) != 0   ? SignalAction::handled
         : (*ignored & kBit) != 0 ? SignalAction::ignored
                                  : SignalAction::standard;
}

}  // namespace mlops::os
