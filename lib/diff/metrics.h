#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diff/samples.h"
#include "policy/limit.h"
#include "policy/predictions.h"

namespace mlops::diff {

enum class Needs { nothing, labels, probabilities, positive };
/// How sure an estimate is: by a formula over counts, by the bootstrap, or not at all.
enum class Certainty { rate, bootstrap, none };
/// Whether every report shows it.
enum class Shown { always, when_asked };

/// One metric that this version computes.
struct MetricDefinition {
  std::string_view name;
  policy::TaskSet tasks;
  Needs needs;
  Certainty certainty;
  Shown shown;
  std::optional<double> (*of_version)(const Samples&, const Version&, const Selection&);
  std::optional<double> (*of_pair)(const Samples&,
                                   const Selection&);  ///< flips: a value of the pair
};

std::span<const MetricDefinition> metric_definitions();
const MetricDefinition* find_metric(std::string_view name);
/// Whether a metric of classes follows from ClassSums.
bool is_sum(const MetricDefinition& metric);
/// Why these samples give no such figure ("no probabilities are declared"); empty when they do.
std::string missing_for(const MetricDefinition& metric, const Samples& samples);
/// The variant in words: "10 equal-width bins, p(1) against the event".
std::string variant_of(const MetricDefinition& metric, const Samples& samples);

/// Old and new value on the same rows.
struct OldNew {
  std::optional<double> old_value;
  std::optional<double> new_value;
  std::optional<double> change() const;
};
OldNew evaluate(const MetricDefinition& metric, const Samples& samples, const Selection& selection);

}  // namespace mlops::diff
