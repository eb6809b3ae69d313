#include "pipeline/retry_budget.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace mlops::pipeline {

namespace {

bool is_listed(const Retry& retry, const AttemptResult& attempt) {
  const auto lists = [&](const std::string& cause) {
    return std::find(retry.on.begin(), retry.on.end(), cause) != retry.on.end();
  };
  switch (attempt.failure) {
    case FailureClass::infra:
      return lists("infra");
    case FailureClass::timeout:
      return lists("timeout");
    case FailureClass::oom:
      return lists("oom");
    case FailureClass::user:
      return attempt.exit_code > 0 && lists(fmt::format("exit:{}", attempt.exit_code));
    default:
      return false;
  }
}

}  // namespace

bool RetryBudget::count(const Retry& retry, const AttemptResult& attempt) {
  last_ = attempt.failure == FailureClass::infra ? ++infra_ : ++own_;
  ooms_ += attempt.failure == FailureClass::oom ? 1U : 0U;
  return last_ <= retry.max && is_listed(retry, attempt);
}

std::chrono::milliseconds RetryBudget::backoff(const Retry& retry) const {
  const auto first = static_cast<double>(retry.backoff.count());
  const auto grown = first * std::pow(retry.factor, static_cast<double>(last_) - 1.0);
  const auto most = static_cast<double>(retry.max_backoff.count());
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(grown, most)));
}

}  // namespace mlops::pipeline
