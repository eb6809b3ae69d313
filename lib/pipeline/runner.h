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
  std::string instance;           ///< its id, for messages and labels
  std::filesystem::path program;  ///< what argv[0] was found to be, where that is known before
  std::vector<std::string> argv;
  std::map<std::string, std::string> variables;  ///< the whole environment, secrets among them …
  /// … but for those that a shell in a container sets by this file, which is below one of `reads`:
  /// an engine shows to everybody what it was told itself. Empty: none.
  std::filesystem::path secret_script;
  std::filesystem::path cwd;
  std::optional<std::chrono::milliseconds> timeout;
  std::chrono::milliseconds grace{10'000};
  std::uint64_t memory_limit = 0;  ///< bytes; 0: none. Only an engine enforces it
  std::uint64_t shm_bytes = 0;     ///< of /dev/shm in a container; 0: the engine's default
  std::filesystem::path prefix;    ///< of packages; empty: none
  std::filesystem::path tree;      ///< what an engine mounts as the work tree
  std::vector<std::filesystem::path> reads;         ///< directories outside of the work tree
  std::vector<Out> outs;                            ///< what comes back where files are copied
  const os::Sandbox* sandbox = nullptr;             ///< what it sees instead of the work tree
  std::function<void(std::string_view)> on_stdout;  ///< chunks, on the calling thread
  std::function<void(std::string_view)> on_stderr;
  /// The stage's first process, as soon as it is known and if it is one of this machine; likewise.
  std::function<void(std::int64_t id)> on_process;
};

struct AttemptResult {
  FailureClass failure = FailureClass::none;
  int exit_code = -1;
  int signal_number = 0;
  std::string problem;  ///< for people: "exit code 3", "was killed by signal 9"
  std::chrono::milliseconds elapsed{0};
  std::uint64_t peak_rss_bytes = 0;
  std::string hint;                   ///< what to do, where more is known than the log says
  std::vector<std::string> warnings;  ///< about an attempt that may have succeeded
  std::vector<std::string> others;    ///< where files are copied: what it wrote besides its outs
};

/// Runs the attempt as a plain process of this machine.
AttemptResult run_as_process(const Attempt& attempt, const CancelToken& cancel);

/// What the system lacked (processes, memory, descriptors) is not the command's fault.
bool is_shortage(int error_number);

std::vector<std::string> to_environment_list(const std::map<std::string, std::string>& variables);

}  // namespace mlops::pipeline
