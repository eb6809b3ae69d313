#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mlops::os {

/// What a process and everything that it started have used, and hold now. Memory that processes
/// share counts for each of them.
struct ProcessUsage {
  std::chrono::milliseconds cpu{0};  ///< also of children that have ended and were waited for
  std::uint64_t rss_bytes = 0;
};

/// For each id: the process, its descendants and the members of its process group, all found in one
/// pass over /proc. Not our guardians of children. Nothing for an id that is not there. Never
/// throws for want of /proc.
std::vector<std::optional<ProcessUsage>> measure_processes(const std::vector<std::int64_t>& ids);

/// Whether the control group of a process is named after `name`, as engines name those of their
/// containers by id: so its id is one of this machine, and not of the engine's.
bool is_in_control_group(std::int64_t id, std::string_view name);

/// What a process does when it is asked to end (SIGTERM).
enum class SignalAction { standard, ignored, handled };
/// Nothing when there is no such process, or nobody can tell.
std::optional<SignalAction> find_action_on_request(std::int64_t id);

/// A line of /proc/<id>/stat, as far as it is of use here.
struct ProcessStat {
  std::int64_t id = 0;
  std::int64_t parent = 0;
  std::int64_t group = 0;
  std::uint64_t cpu_ticks = 0;
  std::uint64_t rss_pages = 0;
};
/// Nothing when it is not whole. The name of the program in it may hold anything.
std::optional<ProcessStat> parse_process_stat(std::string_view line);

}  // namespace mlops::os
