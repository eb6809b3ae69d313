#include "diff/gaps.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "diff/each_answer.h"

namespace mlops::diff {
namespace {

using Kind = GapDefinition::Kind;

/// What Fairlearn's names are made of.
struct Named {
  std::string_view name;
  Kind kind;
  std::string_view first;
  std::string_view second;
};
constexpr std::array kNamed{
    Named{"demographic_parity_difference", Kind::difference, "selection_rate", ""},
    Named{"demographic_parity_ratio", Kind::ratio, "selection_rate", ""},
    Named{
        "equalized_odds_difference", Kind::difference, "true_positive_rate", "false_positive_rate"},
    Named{"equalized_odds_ratio", Kind::ratio, "true_positive_rate", "false_positive_rate"},
    Named{"equal_opportunity_difference", Kind::difference, "true_positive_rate", ""},
    Named{"equal_opportunity_ratio", Kind::ratio, "true_positive_rate", ""},
};

std::optional<GapDefinition> gap_over(Kind kind, std::initializer_list<std::string_view> names) {
  GapDefinition gap{kind, {}};
  for (const std::string_view name : names) {
    const MetricDefinition* metric = find_metric(name);
    if (metric == nullptr && !name.empty()) {
      return std::nullopt;
    }
    if (metric != nullptr) {
      gap.metrics.push_back(metric);
    }
  }
  return gap;
}

class Range {
 public:
  void add(std::optional<double> value) {
    defined_ = defined_ && value.has_value();
    low_ = first_ ? value.value_or(0) : std::min(low_, value.value_or(0));
    high_ = first_ ? value.value_or(0) : std::max(high_, value.value_or(0));
    first_ = false;
  }
  std::optional<double> gap(Kind kind) const {
    if (first_ || !defined_) {
      return std::nullopt;
    }
    if (kind == Kind::difference) {
      return high_ - low_;
    }
    return high_ > 0 ? std::optional(low_ / high_) : std::nullopt;
  }

 private:
  bool first_ = true;
  bool defined_ = true;
  double low_ = 0;
  double high_ = 0;
};

std::optional<double> worst_of(Kind kind,
                               const std::optional<double>& a,
                               const std::optional<double>& b) {
  if (!a || !b) {
    return std::nullopt;
  }
  return kind == Kind::difference ? std::max(*a, *b) : std::min(*a, *b);
}

bool uses(const GapDefinition& gap, std::string_view metric) {
  return std::any_of(gap.metrics.begin(), gap.metrics.end(), [&](const MetricDefinition* m) {
    return m->name == metric;
  });
}

}  // namespace

std::optional<GapDefinition> find_gap(std::string_view name) {
  for (const Named& named : kNamed) {
    if (named.name == name) {
      return gap_over(named.kind, {named.first, named.second});
    }
  }
  for (const auto& [word, kind] :
       {std::pair<std::string_view, Kind>{"difference(", Kind::difference},
        {"ratio(", Kind::ratio}}) {
    if (name.starts_with(word) && name.ends_with(')')) {
      return gap_over(kind, {name.substr(word.size(), name.size() - word.size() - 1)});
    }
  }
  return std::nullopt;
}

OldNew evaluate(const GapDefinition& gap,
                const Samples& samples,
                const std::vector<const RowGroup*>& groups,
                std::span<const double> weights) {
  OldNew result;
  bool first = true;
  for (const MetricDefinition* metric : gap.metrics) {
    Range before;
    Range after;
    for (const RowGroup* group : groups) {
      const OldNew value = evaluate(*metric, samples, group->with(weights));
      before.add(value.old_value);
      after.add(value.new_value);
    }
    const OldNew one{before.gap(gap.kind), after.gap(gap.kind)};
    result = first ? one
                   : OldNew{worst_of(gap.kind, result.old_value, one.old_value),
                            worst_of(gap.kind, result.new_value, one.new_value)};
    first = false;
  }
  return result;
}

std::string too_small(const GapDefinition& gap,
                      const Samples& samples,
                      const RowGroup& group,
                      const GroupMinimum& minimum) {
  if (group.n < minimum.rows) {
    return fmt::format("n={} < {}", group.n, minimum.rows);
  }
  if (!samples.is_binary() || !samples.has_labels) {
    return {};
  }
  std::uint64_t positives = 0;
  each_answer(samples, group.unweighted(), [&](const Answers& answers, double rows) {
    positives += answers.label == *samples.positive ? static_cast<std::uint64_t>(rows) : 0;
  });
  if (uses(gap, "true_positive_rate") && positives < minimum.positives) {
    return fmt::format("{} positives < {}", positives, minimum.positives);
  }
  const std::uint64_t negatives = group.n - positives;
  if (uses(gap, "false_positive_rate") && negatives < minimum.negatives) {
    return fmt::format("{} negatives < {}", negatives, minimum.negatives);
  }
  return {};
}

}  // namespace mlops::diff
