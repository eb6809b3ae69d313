#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace mlops::stats {

struct BootstrapOptions {
  std::uint32_t replicates = 1000;
  std::uint64_t seed = 20121206;  ///< fixed, so that a rerun gives the same bytes
  double alpha = 0.05;
};

/// Draws replicate `replicate` of some rows: counts[i] becomes how often the row that rows[i]
/// stands for (a hash of its key) is in it. Each count is Poisson-distributed with mean 1 and a
/// pure function of (seed, replicate, rows[i]): rows may come in any order and in any company,
/// replicates on any thread. Rows of both versions share the counts, which is what makes the
/// bootstrap paired.
void draw_counts(std::uint64_t seed,
                 std::uint32_t replicate,
                 std::span<const std::uint64_t> rows,
                 std::span<std::uint32_t> counts);

/// Evaluates all wanted statistics of one replicate: reads how often each row was drawn, writes
/// one value per statistic; nothing where it is undefined on this replicate (a group without rows).
using BootstrapStatistics = std::function<void(std::span<const std::uint32_t> counts,
                                               std::span<std::optional<double>> values)>;

struct BootstrapResult {
  std::optional<Interval> interval;  ///< nothing when under half of the replicates were defined
  std::uint32_t used = 0;            ///< replicates on which the statistic was defined
};

/// Percentile intervals of `statistic_count` statistics over rows, one draw serving all of them:
/// replicates × (a count for each row + one call). No rows give no interval. Serial.
std::vector<BootstrapResult> bootstrap(std::span<const std::uint64_t> rows,
                                       std::size_t statistic_count,
                                       const BootstrapStatistics& statistics,
                                       const BootstrapOptions& options = {});

/// The percentile interval of replicate values, in any order; the last step of `bootstrap`, for
/// callers that evaluate the replicates themselves (on a pool). Undefined values are left out;
/// nothing when fewer than half are defined.
BootstrapResult percentile_interval(std::span<const std::optional<double>> replicate_values,
                                    double alpha);

}  // namespace mlops::stats
