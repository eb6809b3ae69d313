#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limit.h"
#include "policy/predictions.h"

namespace mlops::policy {

/// What a metric's name in a rule stands for.
enum class MetricKind {
  plain,       ///< of one version: "accuracy"
  flip,        ///< of the pair, so it has no old value and no change: "negative_flip_rate"
  gap,         ///< between groups: "difference(METRIC)", "ratio(METRIC)", Fairlearn's names
  file,        ///< "metrics.json:latency_ms_p99"
  expression,  ///< "mean(abs(n.score - o.score))"
};

struct MetricName {
  MetricKind kind = MetricKind::plain;
  std::string text;  ///< as it stands in the rule
  std::string base;  ///< METRIC of difference(METRIC) and ratio(METRIC); else as `text`
  Better better = Better::higher;
};

/// Reads a metric's name; nothing where it is none.
std::optional<MetricName> parse_metric_name(std::string_view text);
/// Whether a metric compares both versions already: it has no old value and no change.
inline bool is_of_pair(const MetricName& metric) {
  return metric.kind == MetricKind::flip || metric.kind == MetricKind::expression;
}
/// Whether a plain, flip or gap metric is one of this task's; true for the other kinds.
bool belongs_to(const MetricName& metric, Task task);
/// Every name of the table, for suggestions.
std::vector<std::string> metric_names();

}  // namespace mlops::policy
