#include "stats/bootstrap.h"

#include <algorithm>
#include <array>

#include "stats/summary.h"

namespace mlops::stats {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014) used as a hash: the number of a row is a pure function of
// the stream and the row.
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;

constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

// Cumulated probabilities of Poisson(1), as shares of 2^64: a count is how many of them a random
// number reaches. What lies beyond the last has less than 2^-52.
constexpr auto kPoisson = [] {
  constexpr double kAll = 18446744073709551616.0;  // 2^64
  std::array<std::uint64_t, 18> shares{};
  double probability = 0.36787944117144232;  // 1 / e
  double cumulated = 0;
  for (std::size_t count = 0; count < shares.size(); ++count) {
    cumulated += probability;
    probability /= static_cast<double>(count + 1);
    shares[count] = static_cast<std::uint64_t>(std::min(cumulated, 1 - 0x1p-53) * kAll);
  }
  return shares;
}();

std::uint32_t poisson(std::uint64_t random) {
  std::uint32_t count = 0;
  while (count < kPoisson.size() && random >= kPoisson[count]) {
    ++count;
  }
  return count;
}

}  // namespace

void draw_counts(std::uint64_t seed,
                 std::uint32_t replicate,
                 std::span<const std::uint64_t> rows,
                 std::span<std::uint32_t> counts) {
  const std::uint64_t stream = mix(mix(seed + kGolden) + kGolden * (std::uint64_t{replicate} + 1));
  std::transform(rows.begin(), rows.end(), counts.begin(), [&](std::uint64_t row) {
    return poisson(mix((row ^ stream) + kGolden));
  });
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

std::vector<BootstrapResult> bootstrap(std::span<const std::uint64_t> rows,
                                       std::size_t statistic_count,
                                       const BootstrapStatistics& statistics,
                                       const BootstrapOptions& options) {
  std::vector<BootstrapResult> results(statistic_count);
  if (rows.empty()) {
    return results;
  }
  // One run of replicates per statistic, so that each can be sorted on its own.
  std::vector<std::vector<std::optional<double>>> replicates(
      statistic_count, std::vector<std::optional<double>>(options.replicates));
  std::vector<std::uint32_t> counts(rows.size());
  std::vector<std::optional<double>> values(statistic_count);
  for (std::uint32_t replicate = 0; replicate < options.replicates; ++replicate) {
    draw_counts(options.seed, replicate, rows, counts);
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
