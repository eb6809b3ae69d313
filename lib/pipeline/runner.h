#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/sandbox.h"
#include "pipeline/run.h"

namespace mlops::pipeline {

/// One attempt to run a stage's command.
struct Attempt {
  std::filesystem::path program;  ///< what argv[0] was found to be
  std::vector<std::string> argv;
  std::map<std::string, std::string> variables;  ///< the whole environment
  std::filesystem::path cwd;
  std::optional<std::chrono::milliseconds> timeout;
  std::chrono::milliseconds grace{10'000};
  const os::Sandbox* sandbox = nullptr;             ///< what it sees instead of the work tree
  std::function<void(std::string_view)> on_stdout;  ///< chunks, on the calling thread
  std::function<void(std::string_view)> on_stderr;
};

struct AttemptResult {
  FailureClass failure = FailureClass::none;
  int exit_code = -1;
  int signal_number = 0;
  std::string problem;  ///< for people: "exit code 3", "was killed by signal 9"
  std::chrono::milliseconds elapsed{0};
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t dropped_output_bytes = 0;
};

/// Where stages run. Blocks until the attempt is over; many threads may call it at the same time.
/// Never throws for what the command does.
class Runner {
 public:
  virtual ~Runner() = default;
  virtual AttemptResult run(const Attempt& attempt, const CancelToken& cancel) = 0;
};

/// A plain process of this machine.
class ProcessRunner final : public Runner {
 public:
  AttemptResult run(const Attempt& attempt, const CancelToken& cancel) override;
};

}  // namespace mlops::pipeline
