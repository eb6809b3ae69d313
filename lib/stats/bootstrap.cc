#include "stats/bootstrap.h"

#include <algorithm>

#include "stats/summary.h"

namespace mlops::stats {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014) used as a counter-based generator: number i of a stream is a
// pure function of the stream and i.
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;

constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

// A number in [0, n) from the upper and one from the lower half of 64 random bits (Lemire's
// multiply and shift). The bias is below n / 2^32 of a count: far under the noise of B replicates.
std::size_t below(std::uint64_t random32, std::uint64_t n) {
  return static_cast<std::size_t>((random32 * n) >> 32U);
}

}  // namespace

void draw_counts(std::uint64_t seed, std::uint32_t replicate, std::span<std::uint32_t> counts) {
  std::fill(counts.begin(), counts.end(), 0U);
  const std::uint64_t n = counts.size();
  std::uint64_t counter = mix(mix(seed + kGolden) + kGolden * (std::uint64_t{replicate} + 1));
  for (std::uint64_t drawn = 0; drawn < n; drawn += 2) {
    counter += kGolden;
    const std::uint64_t random = mix(counter);
    ++counts[below(random >> 32U, n)];
    if (drawn + 1 < n) {
      ++counts[below(random & 0xFFFFFFFFU, n)];
    }
  }
}

BootstrapResult percentile_interval(std::span<const std::optional<double>> replicate_values,
                                    double alpha) {
  std::vector<double> defined;
  defined.reserve(replicate_values.size());
  for (const std::optional<double>& value : replicate_values) {
    if (value) {
      defined.push_back(*value);
    }
  }
  BootstrapResult result;
  result.used = static_cast<std::uint32_t>(defined.size());
  if (defined.empty() || defined.size() * 2 < replicate_values.size()) {
    return result;
  }
  std::sort(defined.begin(), defined.end());
  result.interval =
      Interval{*quantile_sorted(defined, alpha / 2), *quantile_sorted(defined, 1 - alpha / 2)};
  return result;
}

std::vector<BootstrapResult> bootstrap(std::size_t n,
                                       std::size_t statistic_count,
                                       const BootstrapStatistics& statistics,
                                       const BootstrapOptions& options) {
  std::vector<BootstrapResult> results(statistic_count);
  if (n == 0) {
    return results;
  }
  // One run of replicates per statistic, so that each can be sorted on its own.
  std::vector<std::vector<std::optional<double>>> replicates(
      statistic_count, std::vector<std::optional<double>>(options.replicates));
  std::vector<std::uint32_t> counts(n);
  std::vector<std::optional<double>> values(statistic_count);
  for (std::uint32_t replicate = 0; replicate < options.replicates; ++replicate) {
    draw_counts(options.seed, replicate, counts);
    std::fill(values.begin(), values.end(), std::nullopt);
    statistics(counts, values);
    for (std::size_t s = 0; s < statistic_count; ++s) {
      replicates[s][replicate] = values[s];
    }
  }
  for (std::size_t s = 0; s < statistic_count; ++s) {
    results[s] = percentile_interval(replicates[s], options.alpha);
  }
  return results;
}

}  // namespace mlops::stats
