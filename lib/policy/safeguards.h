#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"
#include "policy/check_policy.h"
#include "policy/limit.h"
#include "policy/metric_name.h"
#include "policy/verdict.h"

namespace mlops::policy {

/// How two numbers are equal (definitions B2). In mode `ulp`, `atol` counts units in the last
/// place.
enum class ToleranceMode { sum, either, symmetric, ulp };
struct Tolerance {
  ToleranceMode mode = ToleranceMode::sum;
  double rtol = 1e-5;
  double atol = 1e-8;
};
struct ColumnTolerance {
  std::optional<double> rtol;
  std::optional<double> atol;
};

enum class OnDuplicates { error, occurrence, drop };
struct DiffDefaults {
  Decide decide = Decide::point;
  double alpha = 0.05;
  Correction correction = Correction::holm;
  std::uint64_t seed = 7;
  OnDuplicates duplicates = OnDuplicates::error;
  double missing_rows = 0.0;
  std::uint64_t new_nonfinite = 0;
  OnInsufficient on_insufficient = OnInsufficient::warn;
  Tolerance tolerance;
  std::map<std::string, ColumnTolerance> column_tolerance;
};

/// [[diff.rule]] and [[diff.fairness]]; a fairness rule has `sensitive_feature`.
struct DiffRule {
  std::string name;  ///< given, or made from the metric and limit
  std::optional<std::string> predictions;
  config::Position predictions_position;  ///< of that key, where it stands
  std::string metric;
  MetricName parsed;  ///< of `metric`
  Limit limit;
  std::vector<std::string> slices;
  std::uint64_t min_rows =
      30;  ///< of a slice or group; of the whole table only where it is written
  bool min_rows_written = false;
  std::optional<std::string> sensitive_feature;
  std::uint64_t min_positives = 10;
  std::uint64_t min_negatives = 10;
  Severity severity = Severity::fail;
  config::Position position;
};

struct Safeguards {
  DiffDefaults diff;
  std::vector<DiffRule> rules;
  std::vector<Check> checks;  ///< in file order
};

/// Parses safeguards.toml; Error{config} with file, line, key. Empty text gives the defaults.
Safeguards parse_safeguards(std::string_view text, const std::string& file);

/// Error{config} with file, line and key for the first rule that names a prediction set that is not
/// among `declared`. The hint is the name that was meant, or else `otherwise`.
void check_set_names(const Safeguards& safeguards,
                     const std::vector<std::string>& declared,
                     const std::string& otherwise);

}  // namespace mlops::policy
