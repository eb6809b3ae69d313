#include "policy/metric_name.h"

#include <catch2/catch.hpp>

namespace mlops::policy {

TEST_CASE("metric names are read by kind") {
  CHECK(parse_metric_name("accuracy")->kind == MetricKind::plain);
  CHECK(parse_metric_name("negative_flip_rate")->kind == MetricKind::flip);
  CHECK(parse_metric_name("equalized_odds_difference")->kind == MetricKind::gap);
  CHECK(parse_metric_name("difference(mean_absolute_error)")->base == "mean_absolute_error");
  CHECK(parse_metric_name("metrics.json:latency_ms_p99")->kind == MetricKind::file);
  CHECK(parse_metric_name("mean(abs(n.score - o.score))")->kind == MetricKind::expression);
  CHECK(parse_metric_name("mean_absolute_error")->better == Better::lower);
}

TEST_CASE("what is no metric is nothing") {
  for (const char* text : {"",
                           "acuracy",
                           "difference(acuracy)",
                           "difference()",
                           "ratio(difference(r2))",
                           ":x",
                           "x:",
                           "mean(abs(x)",
                           "mean(abs(n.x - o.x)); DROP TABLE x; f()",
                           "acuracy(x)",
                           "n.x - o.x",
                           "difference(accuracy"}) {
    INFO(text);
    CHECK_FALSE(parse_metric_name(text).has_value());
  }
}

TEST_CASE("metrics belong to a task") {
  CHECK(belongs_to(*parse_metric_name("ece"), Task::classification));
  CHECK_FALSE(belongs_to(*parse_metric_name("ece"), Task::regression));
  CHECK(belongs_to(*parse_metric_name("difference(r2)"), Task::regression));
  CHECK(belongs_to(*parse_metric_name("metrics.json:x"), Task::regression));
}

}  // namespace mlops::policy
