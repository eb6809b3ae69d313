#include "app/exit_code.h"

#include <csignal>
#include <vector>

#include <catch2/catch.hpp>

using mlops::ErrorKind;
using mlops::app::exit_code_of;
using mlops::app::exit_code_of_signal;
using mlops::app::ExitCode;
using mlops::app::stronger;
using mlops::policy::Verdict;

TEST_CASE("of two codes the stronger holds: 2 6 5 4 1 3 0, and signals win", "[exit-code]") {
  const std::vector<int> strongest_first{130, 2, 6, 5, 4, 1, 3, 0};
  for (std::size_t i = 0; i < strongest_first.size(); ++i) {
    for (std::size_t k = i; k < strongest_first.size(); ++k) {
      const auto strong = static_cast<ExitCode>(strongest_first[i]);
      const auto weak = static_cast<ExitCode>(strongest_first[k]);
      CHECK(stronger(strong, weak) == strong);
      CHECK(stronger(weak, strong) == strong);
    }
  }
}

TEST_CASE("every kind of error has its code", "[exit-code]") {
  CHECK(exit_code_of(ErrorKind::usage) == ExitCode::unusable);
  CHECK(exit_code_of(ErrorKind::config) == ExitCode::unusable);
  CHECK(exit_code_of(ErrorKind::not_found) == ExitCode::unusable);
  CHECK(exit_code_of(ErrorKind::conflict) == ExitCode::unusable);
  CHECK(exit_code_of(ErrorKind::locked) == ExitCode::locked);
  CHECK(exit_code_of(ErrorKind::corrupt) == ExitCode::object_missing);
  CHECK(exit_code_of(ErrorKind::io) == ExitCode::infrastructure);
  CHECK(exit_code_of(ErrorKind::network) == ExitCode::infrastructure);
  CHECK(exit_code_of(ErrorKind::child_failed) == ExitCode::stage_failed);
  CHECK(exit_code_of(ErrorKind::interrupted) == ExitCode::interrupted);
  CHECK(exit_code_of(ErrorKind::internal) == ExitCode::infrastructure);
}

TEST_CASE("verdicts and signals have theirs", "[exit-code]") {
  CHECK(exit_code_of(Verdict::pass) == ExitCode::done);
  CHECK(exit_code_of(Verdict::warn) == ExitCode::done);
  CHECK(exit_code_of(Verdict::skipped) == ExitCode::done);
  CHECK(exit_code_of(Verdict::fail) == ExitCode::verdict_no);
  CHECK(exit_code_of(Verdict::insufficient) == ExitCode::evidence_missing);
  CHECK(static_cast<int>(exit_code_of_signal(SIGINT)) == 130);
  CHECK(static_cast<int>(exit_code_of_signal(SIGTERM)) == 143);
  CHECK(static_cast<int>(exit_code_of_signal(SIGHUP)) == 129);
}
