#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/sandbox.h"

namespace mlops::os {

/// What becomes of a running child and its group when we are killed (SIGKILL, out of memory) or
/// crash. What left the group on purpose stays in any case.
enum class OnOurDeath { leave_it, kill_group };

/// A child to start: an argument vector, never a shell line. The environment is exactly `env`.
struct ProcessSpec {
  std::vector<std::string> argv;  ///< argv[0] is an absolute path (see find_executable)
  std::vector<std::string> env;   ///< "NAME=value"
  std::filesystem::path cwd;
  std::string input;                                 ///< fed to stdin; empty: /dev/null
  std::function<void(std::string_view)> on_stdout;   ///< chunks as they come, one caller thread
  std::function<void(std::string_view)> on_stderr;   ///< absent: discarded
  std::function<void(std::int64_t id)> on_start;     ///< of the process, which leads its group
  std::optional<std::chrono::milliseconds> timeout;  ///< then SIGTERM, `grace`, SIGKILL
  std::chrono::milliseconds grace{10'000};
  std::uint64_t max_output_bytes = UINT64_MAX;  ///< of each stream; more is dropped, and counted
  OnOurDeath on_our_death = OnOurDeath::leave_it;
  /// One of `env`, that no other child has: what left the group is known by it, and ended with it.
  std::string stray_mark;
  const Sandbox* sandbox = nullptr;  ///< only with kill_group; `cwd` is then a path in it
};

enum class ProcessEnd { exited, signalled, timed_out, cancelled, not_started };

struct ProcessResult {
  ProcessEnd end = ProcessEnd::not_started;
  int exit_code = -1;     ///< when exited
  int signal_number = 0;  ///< when signalled, timed_out or cancelled by a signal
  int start_errno = 0;    ///< when not_started
  std::chrono::milliseconds elapsed{0};
  std::chrono::milliseconds cpu{0};  ///< user + system of the child and what it waited for
  /// Of the largest process. Linux counts from before exec: never less than what we ourselves held.
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t dropped_output_bytes = 0;
};

/// Runs a child in a process group of its own and waits for it; the whole group is stopped on
/// timeout and on cancellation (TERM, grace, KILL; at once KILL on a second cancel), and what the
/// child left running in its group, or of its mark, is killed. Descriptors of ours are not
/// inherited. Never throws for what the child does; what a callback throws comes out after the
/// group was killed.
ProcessResult run_process(const ProcessSpec& spec, const CancelToken& cancel);

/// stdout of a short helper command (git, a version question); up to `max_bytes`.
struct CapturedOutput {
  ProcessResult result;
  std::string out;
  std::string err;
};
CapturedOutput capture(ProcessSpec spec,
                       const CancelToken& cancel,
                       std::uint64_t max_bytes = 64ULL << 20U);

/// A child that answers requests on its stdin (git cat-file --batch). Killed on destruction.
/// Error{io} with the end of its stderr when it cannot be started or ends too early. Of `spec` only
/// argv, env and cwd count. One thread at a time.
class Coprocess {
 public:
  explicit Coprocess(const ProcessSpec& spec);
  Coprocess(Coprocess&&) noexcept;
  ~Coprocess();
  void write(std::string_view bytes);
  /// Exactly `size` bytes; Error{io} when the child ends first.
  std::string read_exact(std::size_t size);
  /// Up to and without the next '\n', at most `max_bytes`.
  std::string read_line(std::size_t max_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The executable `name` in `search_path` (a PATH value); relative and empty entries are skipped,
/// so nothing planted in the current directory is run. A name with a '/' is checked as it is.
std::optional<std::filesystem::path> find_executable(std::string_view name,
                                                     std::string_view search_path);

}  // namespace mlops::os
