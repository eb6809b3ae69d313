#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/metrics.h"
#include "diff/samples.h"
#include "diff/slices.h"

namespace mlops::diff {

/// A figure of how far the groups of a sensitive feature lie apart (definition B12): largest minus
/// smallest value of a metric, or smallest over largest; for equalized odds the larger difference
/// (the smaller ratio) of the true and the false positive rate.
struct GapDefinition {
  enum class Kind { difference, ratio } kind = Kind::difference;
  std::vector<const MetricDefinition*> metrics;
};

/// "difference(accuracy)", "equalized_odds_ratio" …; nothing for a metric that is not computed.
std::optional<GapDefinition> find_gap(std::string_view name);

/// The gap between the groups, on those of their rows that carry weight. Nothing where the metric
/// is undefined in a group, or a ratio is 0/0.
OldNew evaluate(const GapDefinition& gap,
                const Samples& samples,
                const std::vector<const RowGroup*>& groups,
                std::span<const double> weights);

struct GroupMinimum {
  std::uint64_t rows = 30;
  std::uint64_t positives = 10;  ///< where the gap needs true positive rates
  std::uint64_t negatives = 10;
};
/// Why a group is too small for this gap: "n=9 < 30", "3 positives < 10"; empty when it is not.
std::string too_small(const GapDefinition& gap,
                      const Samples& samples,
                      const RowGroup& group,
                      const GroupMinimum& minimum);

}  // namespace mlops::diff
