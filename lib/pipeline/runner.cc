#include "pipeline/runner.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/units.h"
#include "os/machine.h"
#include "os/process.h"

namespace mlops::pipeline {

namespace {

void judge(const os::ProcessResult& process, AttemptResult& result) {
  switch (process.end) {
    case os::ProcessEnd::exited:
      result.exit_code = process.exit_code;
      if (process.exit_code != 0) {
        result.failure = FailureClass::user;
        result.problem = fmt::format("exit code {}", process.exit_code);
      }
      return;
    case os::ProcessEnd::signalled:
      result.failure = FailureClass::user;
      result.problem = fmt::format("was killed by signal {}", process.signal_number);
      return;
    case os::ProcessEnd::timed_out:
      result.failure = FailureClass::timeout;
      result.problem = "ran longer than its timeout";
      return;
    case os::ProcessEnd::cancelled:
      result.failure = FailureClass::interrupted;
      result.problem = "was interrupted";
      return;
    case os::ProcessEnd::not_started:
      result.failure = is_shortage(process.start_errno) ? FailureClass::infra : FailureClass::user;
      result.problem = fmt::format("cannot be started: {}",
                                   std::generic_category().message(process.start_errno));
      return;
  }
}

/// Names a file of this run and instance alone.
constexpr const char* kParamsVariable = "MLOPS_PARAMS";

/// By SIGKILL that we did not send; a shell passes it on as 137.
bool was_killed(const os::ProcessResult& process) {
  constexpr int kKillSignal = 9;
  constexpr int kKilled = 128 + kKillSignal;
  return (process.end == os::ProcessEnd::signalled && process.signal_number == kKillSignal) ||
         (process.end == os::ProcessEnd::exited && process.exit_code == kKilled);
}

}  // namespace

bool is_shortage(int error_number) {
  return error_number == EAGAIN || error_number == ENOMEM || error_number == ENFILE ||
         error_number == EMFILE;
}

std::vector<std::string> to_environment_list(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> list;
  list.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    list.push_back(fmt::format("{}={}", name, value));
  }
  return list;
}

AttemptResult run_as_process(const Attempt& attempt, const CancelToken& cancel) {
  os::ProcessSpec spec;
  spec.argv = attempt.argv;
  spec.argv.front() = attempt.program.string();
  spec.env = to_environment_list(attempt.variables);
  spec.cwd = attempt.cwd;
  spec.timeout = attempt.timeout;
  spec.grace = attempt.grace;
  spec.on_stdout = attempt.on_stdout;
  spec.on_stderr = attempt.on_stderr;
  spec.on_start = attempt.on_process;
  spec.on_our_death = os::OnOurDeath::kill_group;
  spec.sandbox = attempt.sandbox;
  if (const auto params = attempt.variables.find(kParamsVariable);
      params != attempt.variables.end()) {
    spec.stray_mark = fmt::format("{}={}", params->first, params->second);
  }
  const auto ooms = os::oom_kill_count();
  const auto process = os::run_process(spec, cancel);
  AttemptResult result;
  judge(process, result);
  if (was_killed(process) && os::oom_kill_count() > ooms) {
    result.failure = FailureClass::oom;
    result.problem = fmt::format("ran out of memory, and the kernel killed it (it had used {})",
                                 format_bytes(process.peak_rss_bytes));
  }
  result.signal_number = process.signal_number;
  result.elapsed = process.elapsed;
  result.peak_rss_bytes = process.peak_rss_bytes;
  return result;
}

}  // namespace mlops::pipeline
