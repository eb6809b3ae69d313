#include "stats/bootstrap.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/summary.h"

namespace mlops::stats {
namespace {

// The mean of `data` under the weights of a replicate.
BootstrapStatistics weighted_mean(const std::vector<double>& data) {
  return [&data](std::span<const std::uint32_t> counts, std::span<std::optional<double>> values) {
    Sum total;
    for (std::size_t i = 0; i < data.size(); ++i) {
      total.add(data[i] * counts[i]);
    }
    values[0] = total.value() / static_cast<double>(data.size());
  };
}

TEST_CASE("a replicate draws exactly n rows") {
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1000}}) {
    std::vector<std::uint32_t> counts(n, 99);
    draw_counts(1, 0, counts);
    CAPTURE(n);
    CHECK(std::accumulate(counts.begin(), counts.end(), std::size_t{0}) == n);
  }
}

TEST_CASE("a replicate is a pure function of seed and number") {
  std::vector<std::uint32_t> first(500);
  std::vector<std::uint32_t> again(500);
  std::vector<std::uint32_t> other(500);
  draw_counts(1, 3, first);
  draw_counts(1, 4, other);
  draw_counts(1, 3, again);
  CHECK(first == again);
  CHECK(first != other);
  draw_counts(2, 3, other);
  CHECK(first != other);
}

TEST_CASE("rows are drawn evenly, and independently between replicates") {
  constexpr std::uint32_t kReplicates = 20'000;
  std::vector<std::uint32_t> counts(10);
  std::vector<double> totals(10);
  double variance = 0;
  for (std::uint32_t replicate = 0; replicate < kReplicates; ++replicate) {
    draw_counts(5, replicate, counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      totals[i] += counts[i];
    }
    variance += (counts[0] - 1.0) * (counts[0] - 1.0) / kReplicates;
  }
  // Each total is binomial(200 000, 1/10): sd 134, five of them are 671.
  for (const double total : totals) {
    CHECK(std::abs(total - kReplicates) < 671);
  }
  // A single count is binomial(10, 1/10): variance 0.9.
  CHECK(variance == Approx(0.9).epsilon(0.05));
}

TEST_CASE("the interval of a mean agrees with the normal one for many rows") {
  std::vector<double> data;
  for (int i = 0; i < 2000; ++i) {
    data.push_back(i % 10);
  }
  const std::vector<BootstrapResult> results =
      bootstrap(data.size(), 1, weighted_mean(data), {.replicates = 2000});
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].interval);
  CHECK(results[0].used == 2000);
  // mean 4.5, sd 2.8723, standard error 0.06423, times 1.96
  CHECK(results[0].interval->low == Approx(4.5 - 0.12588).margin(0.01));
  CHECK(results[0].interval->high == Approx(4.5 + 0.12588).margin(0.01));
}

TEST_CASE("a rerun gives the same bits") {
  const std::vector<double> data = {1, 5, 2, 8, 3, 0.5, 7};
  const auto first = bootstrap(data.size(), 1, weighted_mean(data));
  const auto again = bootstrap(data.size(), 1, weighted_mean(data));
  REQUIRE(first[0].interval);
  CHECK(*first[0].interval == *again[0].interval);
}

TEST_CASE("constant data have an interval of no width") {
  const std::vector<double> data(50, 3.25);
  const auto results = bootstrap(data.size(), 1, weighted_mean(data));
  CHECK(results[0].interval == Interval{3.25, 3.25});
}

TEST_CASE("replicates on which a statistic is undefined are left out and counted") {
  const auto results = bootstrap(
      4, 2, [](std::span<const std::uint32_t> counts, std::span<std::optional<double>> values) {
        values[0] = 1.0;
        if (counts[0] > 0) {
          values[1] = 2.0;
        }
      });
  REQUIRE(results.size() == 2);
  CHECK(results[0].used == 1000);
  // P(row 0 is drawn) = 1 - (3/4)^4 = 0.6836
  CHECK(results[1].used == Approx(684).margin(75));
  CHECK(results[1].interval == Interval{2, 2});
}

TEST_CASE("a statistic that is undefined on most replicates has no interval") {
  std::uint32_t call = 0;
  const auto results = bootstrap(
      4, 1, [&call](std::span<const std::uint32_t>, std::span<std::optional<double>> values) {
        if (++call % 3 == 0) {
          values[0] = 1.0;
        }
      });
  CHECK(results[0].used == 333);
  CHECK_FALSE(results[0].interval);
}

TEST_CASE("no rows have no interval, and the statistic is not asked") {
  const auto results =
      bootstrap(0, 1, [](std::span<const std::uint32_t>, std::span<std::optional<double>>) {
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
