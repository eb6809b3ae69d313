#include "stats/bootstrap.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/summary.h"

namespace mlops::stats {
namespace {

// What stands for n rows: any numbers, each once.
std::vector<std::uint64_t> some_rows(std::size_t n) {
  std::vector<std::uint64_t> rows(n);
  std::iota(rows.begin(), rows.end(), 1000U);
  return rows;
}

// The mean of `data` under the weights of a replicate.
BootstrapStatistics weighted_mean(const std::vector<double>& data) {
  return [&data](std::span<const std::uint32_t> counts, std::span<std::optional<double>> values) {
    Sum total;
    Sum weight;
    for (std::size_t i = 0; i < data.size(); ++i) {
      total.add(data[i] * counts[i]);
      weight.add(counts[i]);
    }
    if (weight.value() > 0) {
      values[0] = total.value() / weight.value();
    }
  };
}

TEST_CASE("a count is a pure function of seed, replicate and row") {
  const std::vector<std::uint64_t> rows = some_rows(500);
  const auto drawn = [&](std::uint64_t seed, std::uint32_t replicate) {
    std::vector<std::uint32_t> counts(rows.size(), 99);
    draw_counts(seed, replicate, rows, counts);
    return counts;
  };
  const std::vector<std::uint32_t> first = drawn(1, 3);
  CHECK(drawn(1, 3) == first);
  CHECK(drawn(1, 4) != first);
  CHECK(drawn(2, 3) != first);
  // Neither the place of a row nor the other rows make a difference.
  const std::vector<std::uint64_t> some{rows[499], rows[7]};
  std::vector<std::uint32_t> counts(2);
  draw_counts(1, 3, some, counts);
  CHECK(counts == std::vector<std::uint32_t>{first[499], first[7]});
}

TEST_CASE("counts are those of Poisson with mean 1, independently between rows and replicates") {
  constexpr std::uint32_t kReplicates = 20'000;
  const std::vector<std::uint64_t> rows = some_rows(10);
  std::vector<std::uint32_t> counts(rows.size());
  std::vector<double> totals(rows.size());
  std::vector<double> shares(6);
  double variance = 0;
  double covariance = 0;
  double next = 0;
  double before = 1;
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    draw_counts(5, replicate, rows, counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      totals[i] += counts[i];
      if (counts[i] < shares.size()) {
        shares[counts[i]] += 1.0 / (kReplicates * 10.0);
      }
    }
    variance += (counts[0] - 1.0) * (counts[0] - 1.0) / kReplicates;
    covariance += (counts[0] - 1.0) * (counts[1] - 1.0) / kReplicates;
    next += (counts[0] - 1.0) * (before - 1.0) / kReplicates;
    before = counts[0];
  }
  // The sum of 20 000 counts has a standard deviation of 141, five of them are 707.
  for (const double total : totals) {
    CHECK(std::abs(total - kReplicates) < 707);
  }
  CHECK(variance == Approx(1).epsilon(0.06));
  CHECK(covariance == Approx(0).margin(0.036));
  CHECK(next == Approx(0).margin(0.036));
  // e^-1 / k! of 200 000 counts.
  double share = std::exp(-1.0);
  for (std::size_t k = 0; k < shares.size(); ++k) {
    CAPTURE(k);
    CHECK(shares[k] == Approx(share).margin(5 * std::sqrt(share / 200'000)));
    share /= static_cast<double>(k + 1);
  }
}

TEST_CASE("the interval of a mean agrees with the normal one for many rows") {
  std::vector<double> data;
  for (int i = 0; i < 2000; ++i) {
    data.push_back(i % 10);
  }
  const std::vector<BootstrapResult> results =
      bootstrap(some_rows(data.size()), 1, weighted_mean(data), {.replicates = 2000});
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].interval);
  CHECK(results[0].used == 2000);
  // mean 4.5, sd 2.8723, standard error 0.06423, times 1.96
  CHECK(results[0].interval->low == Approx(4.5 - 0.12588).margin(0.01));
  CHECK(results[0].interval->high == Approx(4.5 + 0.12588).margin(0.01));
}

TEST_CASE("a rerun gives the same bits") {
  const std::vector<double> data = {1, 5, 2, 8, 3, 0.5, 7};
  const auto first = bootstrap(some_rows(data.size()), 1, weighted_mean(data));
  const auto again = bootstrap(some_rows(data.size()), 1, weighted_mean(data));
  REQUIRE(first[0].interval);
  CHECK(*first[0].interval == *again[0].interval);
}

TEST_CASE("constant data have an interval of no width") {
  const std::vector<double> data(50, 3.25);
  const auto results = bootstrap(some_rows(data.size()), 1, weighted_mean(data));
  CHECK(results[0].interval == Interval{3.25, 3.25});
}

TEST_CASE("replicates on which a statistic is undefined are left out and counted") {
  const auto results =
      bootstrap(some_rows(4),
                2,
                [](std::span<const std::uint32_t> counts, std::span<std::optional<double>> values) {
                  values[0] = 1.0;
                  if (counts[0] > 0) {
                    values[1] = 2.0;
                  }
                });
  REQUIRE(results.size() == 2);
  CHECK(results[0].used == 1000);
  // P(row 0 is drawn) = 1 - 1 / e = 0.632
  CHECK(results[1].used == Approx(632).margin(76));
  CHECK(results[1].interval == Interval{2, 2});
}

TEST_CASE("a statistic that is undefined on most replicates has no interval") {
  std::uint32_t call = 0;
  const auto results =
      bootstrap(some_rows(4),
                1,
                [&call](std::span<const std::uint32_t>, std::span<std::optional<double>> values) {
                  if (++call % 3 == 0) {
                    values[0] = 1.0;
                  }
                });
  CHECK(results[0].used == 333);
  CHECK_FALSE(results[0].interval);
}

TEST_CASE("no rows have no interval, and the statistic is not asked") {
  const auto results =
      bootstrap({}, 1, [](std::span<const std::uint32_t>, std::span<std::optional<double>>) {
        FAIL("asked");
      });
  REQUIRE(results.size() == 1);
  CHECK_FALSE(results[0].interval);
  CHECK(results[0].used == 0);
}

TEST_CASE("the percentile interval does not depend on the order of the replicates") {
  std::vector<std::optional<double>> values;
  for (int i = 1000; i >= 0; --i) {
    values.emplace_back(i);
  }
  CHECK(percentile_interval(values, 0.05).interval == Interval{25, 975});
  CHECK_FALSE(percentile_interval({}, 0.05).interval);
}

}  // namespace
}  // namespace mlops::stats
