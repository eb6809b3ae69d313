#pragma once

#include <chrono>
#include <cstdint>

#include "pipeline/pipeline.h"
#include "pipeline/runner.h"

namespace mlops::pipeline {

/// How often an instance failed, and whether `retry` lets it try again. The failures of the machine
/// have a budget of their own: a lost disk does not use up the attempts that a flaky command has.
class RetryBudget {
 public:
  /// Counts the failure. True when it is listed and its budget is not used up.
  bool count(const Retry& retry, const AttemptResult& attempt);
  /// How long to wait before the attempt that the last `count` allowed.
  std::chrono::milliseconds backoff(const Retry& retry) const;
  /// Attempts that ran out of memory.
  std::uint32_t ooms() const { return ooms_; }

 private:
  std::uint32_t infra_ = 0;
  std::uint32_t own_ = 0;
  std::uint32_t ooms_ = 0;
  std::uint32_t last_ = 0;  ///< of the kind that was counted last
};

}  // namespace mlops::pipeline
