#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/limit.h"
#include "policy/predictions.h"
#include "policy/rule_result.h"
#include "policy/verdict.h"
#include "stats/interval.h"
#include "table/cell_changes.h"

namespace mlops::diff {

/// What a comparison found, as data. lib/report shows it; the JSON of a prediction set holds these
/// fields under these names. Undefined figures are nothing, never 0.

/// Equal-width bins of the expected calibration error, and so the 10 of "ece10".
inline constexpr std::uint32_t kCalibrationBins = 10;

/// Flips need classes and labels, worsened and improved need numbers and labels; they are 0 where
/// they mean nothing, and the JSON says null there.
struct Counts {
  std::uint64_t matched = 0;
  std::uint64_t only_old = 0;
  std::uint64_t only_new = 0;
  std::uint64_t changed = 0;  ///< predictions that differ beyond the tolerance
  std::uint64_t negative_flips = 0;
  std::uint64_t positive_flips = 0;
  std::uint64_t both_wrong = 0;
  std::uint64_t worsened = 0;  ///< regression: |error| grew beyond the tolerance
  std::uint64_t improved = 0;
};

struct Metric {
  std::string name;  ///< scikit-learn's where it has one
  std::optional<double> old_value;
  std::optional<double> new_value;
  std::optional<double> change;
  std::optional<stats::Interval> ci;  ///< of the change; of a rate of the pair: of the rate
  std::uint64_t n = 0;
  std::string note;  ///< the variant ("10 equal-width bins"), or why there is no figure
  policy::Better better = policy::Better::higher;
};

/// One slice or group: a value of a column (or of a crossing), its rows and figures.
struct Slice {
  std::string column;  ///< "country", "country*device"
  std::string value;
  std::uint64_t n = 0;
  Counts counts;
  std::vector<Metric> metrics;
  bool sufficient = true;  ///< at least min_rows
};

/// A gap between the groups of a sensitive feature.
struct GroupGap {
  std::string sensitive_feature;
  std::string name;  ///< "difference(mean_absolute_error)"
  std::optional<double> old_value;
  std::optional<double> new_value;
  std::optional<double> change;
  std::optional<stats::Interval> ci;  ///< of the change
  std::vector<std::string> left_out;  ///< groups below the minimum, with their n
  std::string note;                   ///< why there is no figure
};

/// A slice that got worse more often than all rows did.
struct FoundSlice {
  std::string columns;  ///< "ward", "ward*sex"
  std::string value;
  std::uint64_t n = 0;
  std::uint64_t worse = 0;
  stats::Interval interval;  ///< of worse / n
  double p_adjusted = 1;
};
/// What a search over slices found; see slice_search.h.
struct SliceSearch {
  std::string what;                   ///< "negative_flip_rate", "worsened_rate", "churn"
  std::vector<std::string> columns;   ///< that were searched
  std::vector<std::string> left_out;  ///< columns and crossings with too many values
  std::uint64_t min_rows = 0;
  std::uint64_t n = 0;
  std::uint64_t worse = 0;  ///< of all rows
  std::uint64_t tested = 0;
  std::vector<FoundSlice> found;  ///< the surest first
};

using policy::RuleOrigin;
using policy::RuleResult;
using policy::Unit;

/// Both versions' text of a column that no figure needs.
struct ExtraCell {
  std::string old_text;
  std::string new_text;
};

/// One element that the reader should look at.
struct WorstRow {
  std::string key;
  std::string label;
  std::string old_prediction;
  std::string new_prediction;
  std::optional<double> old_score;
  std::optional<double> new_score;
  double loss_change = 0;  ///< growth of the log loss, or of |error|
  bool negative_flip = false;
  std::vector<ExtraCell> extra{};  ///< by PredictionReport::extra_columns
};

/// One row whose answers differ, or that one table has alone, for the list of all of them.
struct ChangedRow {
  enum class Kind { changed, negative_flip, positive_flip, only_old, only_new };
  Kind kind = Kind::changed;
  std::vector<std::string>
      key;            ///< cells as the file has them; without key columns the row's number
  std::string label;  ///< texts of what is null, or not there, are empty
  std::string old_prediction;
  std::string new_prediction;
  std::optional<double> old_score;
  std::optional<double> new_score;
  std::vector<ExtraCell> extra;
};

/// Bins of a figure of both versions, for the pictures of the HTML report.
struct CalibrationBin {
  double low = 0;
  double high = 0;
  std::uint64_t old_count = 0;
  std::uint64_t new_count = 0;
  double old_confidence = 0;
  double new_confidence = 0;
  double old_accuracy = 0;
  double new_accuracy = 0;
};
struct Histogram {
  std::string title;
  std::string by = "new - old";  ///< what the edges are of
  std::vector<double> edges;     ///< counts.size() + 1
  std::vector<std::uint64_t> counts;
};
/// Old against new score, as a grid of counts (row-major, y upwards).
struct Density {
  double low = 0;
  double high = 1;
  std::uint32_t cells = 0;
  std::vector<std::uint64_t> counts;
};
struct Transition {
  std::string old_label;
  std::string new_label;
  std::uint64_t count = 0;
};

/// What of two tables must be the same by value.
enum class Incomparable {
  labels,
  keys,
  tables,  ///< there were not two
};

struct PredictionReport {
  policy::PredictionSet set;
  double alpha = 0.05;  ///< of the intervals
  policy::Decide decide = policy::Decide::point;
  std::string old_name;  ///< "model-v1"
  std::string new_name;
  table::ReadPath path;    ///< which reader read the tables
  std::string old_sha256;  ///< of the table's bytes, hex; empty where it was not asked for
  std::string new_sha256;
  /// Why no figure was computed.
  std::optional<Incomparable> incomparable;
  bool is_comparable() const { return !incomparable; }
  std::string score_name;  ///< what the scores of `worst` and the density are: "p(1)", "prediction"
  Counts counts;
  std::optional<double> mcnemar_p;  ///< two-sided, exact
  std::vector<Metric> metrics;
  std::vector<Slice> slices;
  std::vector<Slice> groups;
  std::vector<GroupGap> gaps;
  std::optional<SliceSearch> search;  ///< where it was asked for
  std::vector<std::string> by;        ///< slices that somebody asked to see
  std::vector<RuleResult> rules;
  std::vector<std::string> findings;  ///< added columns, new labels, type changes …
  std::vector<WorstRow> worst;  ///< negative flips by confidence, then by loss; at most as asked
  std::string worst_by;         ///< what loss_change is: "|error| grew by"; empty for classes
  bool worst_limited = false;   ///< somebody asked for that many
  std::vector<ChangedRow> changed_rows;     ///< by key; only where they were asked for
  std::uint64_t changed_rows_left_out = 0;  ///< beyond the limit
  std::vector<std::string> extra_columns;   ///< of `worst` and `changed_rows`
  std::vector<Transition> transitions;
  std::vector<CalibrationBin> calibration;
  std::vector<Histogram> histograms;
  std::optional<Density> density;
  policy::Verdict verdict = policy::Verdict::pass;
};

/// The whole answer of `mlops diff`.
struct Report {
  std::string old_name;
  std::string new_name;
  std::string old_commit;  ///< hex, or empty
  std::string new_commit;
  std::string policy_file;
  std::string policy_sha256;
  std::vector<PredictionReport> predictions;
  std::vector<RuleResult> rules;  ///< those that no set was judged by
  policy::Verdict verdict = policy::Verdict::pass;
};

}  // namespace mlops::diff
