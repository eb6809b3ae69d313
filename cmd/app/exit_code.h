#pragma once

#include "base/error.h"
#include "pipeline/run.h"
#include "policy/verdict.h"

namespace mlops::app {

/// The one table of exit codes, mlops-exit-codes(7).
enum class ExitCode : int {
  done = 0,
  verdict_no = 1,
  unusable = 2,  ///< usage, configuration or input
  evidence_missing = 3,
  stage_failed = 4,
  infrastructure = 5,
  object_missing = 6,
  locked = 7,
  hangup = 129,
  interrupted = 130,
  terminated = 143,
};

ExitCode exit_code_of(ErrorKind kind);
ExitCode exit_code_of(policy::Verdict verdict);
/// Of the failure that decides a run.
ExitCode exit_code_of(pipeline::FailureClass failure);
/// Of two codes that both hold: 2, 6, 5, 4, 1, 3, 0; signals win.
ExitCode stronger(ExitCode a, ExitCode b);
ExitCode exit_code_of_signal(int signal_number);

}  // namespace mlops::app
