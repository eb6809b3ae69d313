#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fault/simulated_disk.h"

namespace mlops::test {

enum class Ended { no, yes };  ///< whether the command had reported success before the power cut

/// What is wrong with the directory that a power cut left; nothing: all is well. May change it.
using Oracle = std::function<std::optional<std::string>(const fs::path& left, Ended ended)>;

struct PowerCuts {
  std::size_t points = 0;  ///< moments at which the power was cut
  std::size_t states = 0;  ///< different ones
  std::size_t judged = 0;  ///< of these, that differ in more than files that nobody reads
  std::vector<std::string> problems;
};

/// Records the calls of `command` below `top`.
struct Recording {
  SimulatedDisk before;
  std::vector<os::fault::Call> calls;
};
Recording record(const fs::path& top, const std::function<void()>& command);

/// Cuts the power after every call from `first` on that changed anything, and judges every state
/// that this may leave, each once. Stops at the first problem.
PowerCuts cut_everywhere(const Recording& recording, const Oracle& oracle, std::size_t first = 0);
/// "add: power cut at 20 points, 88 states, 31 of them judged".
std::string describe(std::string_view command, const PowerCuts& cuts);

/// Whether the oracle notices when the program forgets these calls (sorted).
bool is_noticed(const Recording& recording,
                const std::vector<std::size_t>& forgotten,
                const Oracle& oracle);
/// Numbers of the calls `name` on paths that contain `part`.
std::vector<std::size_t> find_calls(const Recording& recording,
                                    const std::string& name,
                                    const std::string& part);

}  // namespace mlops::test
