#include "pipeline/retry_budget.h"

#include <catch2/catch.hpp>

using namespace mlops::pipeline;
using namespace std::chrono_literals;

namespace {

AttemptResult failed(FailureClass failure, int exit_code = -1) {
  AttemptResult attempt;
  attempt.failure = failure;
  attempt.exit_code = exit_code;
  return attempt;
}

Retry retry_on(std::vector<std::string> on, std::uint32_t max) {
  Retry retry;
  retry.max = max;
  retry.on = std::move(on);
  retry.backoff = 100ms;
  retry.factor = 3.0;
  retry.max_backoff = 500ms;
  return retry;
}

}  // namespace

TEST_CASE("retry: the machine's failures and the command's have budgets of their own") {
  const auto retry = retry_on({"infra", "exit:75", "timeout"}, 2);
  RetryBudget budget;
  CHECK(budget.count(retry, failed(FailureClass::infra)));
  CHECK(budget.count(retry, failed(FailureClass::user, 75)));
  CHECK(budget.count(retry, failed(FailureClass::infra)));
  CHECK(budget.count(retry, failed(FailureClass::timeout)));
  CHECK_FALSE(budget.count(retry, failed(FailureClass::infra)));
  CHECK_FALSE(budget.count(retry, failed(FailureClass::user, 75)));
}

TEST_CASE("retry: what is not listed is not tried again") {
  const auto retry = retry_on({"exit:75", "oom"}, 9);
  RetryBudget budget;
  CHECK_FALSE(budget.count(retry, failed(FailureClass::infra)));
  CHECK_FALSE(budget.count(retry, failed(FailureClass::timeout)));
  CHECK_FALSE(budget.count(retry, failed(FailureClass::user, 7)));
  CHECK_FALSE(budget.count(retry, failed(FailureClass::interrupted)));
  CHECK_FALSE(budget.count(retry, failed(FailureClass::checks)));
  CHECK(budget.ooms() == 0);
  CHECK(budget.count(retry, failed(FailureClass::oom, 137)));
  CHECK(budget.ooms() == 1);
}

TEST_CASE("retry: the wait grows with the failures of its kind, up to its most") {
  const auto retry = retry_on({"infra", "timeout"}, 9);
  RetryBudget budget;
  budget.count(retry, failed(FailureClass::timeout));
  CHECK(budget.backoff(retry) == 100ms);
  budget.count(retry, failed(FailureClass::timeout));
  CHECK(budget.backoff(retry) == 300ms);
  budget.count(retry, failed(FailureClass::infra));
  CHECK(budget.backoff(retry) == 100ms);
  budget.count(retry, failed(FailureClass::timeout));
  CHECK(budget.backoff(retry) == 500ms);
}
