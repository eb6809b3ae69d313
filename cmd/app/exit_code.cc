#include "app/exit_code.h"

#include <algorithm>
#include <array>
#include <csignal>

namespace mlops::app {

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
    case ErrorKind::config:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
      return ExitCode::unusable;
    case ErrorKind::locked:
      return ExitCode::locked;
    case ErrorKind::corrupt:
      return ExitCode::object_missing;
    case ErrorKind::child_failed:
      return ExitCode::stage_failed;
    case ErrorKind::interrupted:
      return ExitCode::interrupted;
    case ErrorKind::io:
    case ErrorKind::network:
    case ErrorKind::internal:
      return ExitCode::infrastructure;
  }
  return ExitCode::infrastructure;
}

ExitCode exit_code_of(policy::Verdict verdict) {
  switch (verdict) {
    case policy::Verdict::fail:
      return ExitCode::verdict_no;
    case policy::Verdict::insufficient:
      return ExitCode::evidence_missing;
    case policy::Verdict::pass:
    case policy::Verdict::warn:
    case policy::Verdict::skipped:
      return ExitCode::done;
  }
  return ExitCode::infrastructure;
}

ExitCode exit_code_of(pipeline::FailureClass failure) {
  switch (failure) {
    case pipeline::FailureClass::none:
      return ExitCode::done;
    case pipeline::FailureClass::user:
    case pipeline::FailureClass::oom:
      return ExitCode::stage_failed;
    case pipeline::FailureClass::infra:
    case pipeline::FailureClass::infra_config:
    case pipeline::FailureClass::timeout:
      return ExitCode::infrastructure;
    case pipeline::FailureClass::interrupted:
      return ExitCode::interrupted;
    case pipeline::FailureClass::checks:
      return ExitCode::verdict_no;
    case pipeline::FailureClass::evidence:
    case pipeline::FailureClass::uncached:
      return ExitCode::evidence_missing;
  }
  return ExitCode::infrastructure;
}

ExitCode stronger(ExitCode a, ExitCode b) {
  constexpr std::array kStrongestFirst{ExitCode::terminated,
                                       ExitCode::interrupted,
                                       ExitCode::hangup,
                                       ExitCode::locked,
                                       ExitCode::unusable,
                                       ExitCode::object_missing,
                                       ExitCode::infrastructure,
                                       ExitCode::stage_failed,
                                       ExitCode::verdict_no,
                                       ExitCode::evidence_missing,
                                       ExitCode::done};
  const auto rank = [&](ExitCode code) {
    return std::find(kStrongestFirst.begin(), kStrongestFirst.end(), code);
  };
  return rank(a) <= rank(b) ? a : b;
}

ExitCode exit_code_of_signal(int signal_number) {
  switch (signal_number) {
    case SIGTERM:
      return ExitCode::terminated;
    case SIGHUP:
      return ExitCode::hangup;
    default:
      return ExitCode::interrupted;
  }
}

}  // namespace mlops::app
