#include "stats/summary.h"

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

TEST_CASE("the sum keeps what plain addition loses") {
  CHECK(sum(std::vector<double>{1, 1e100, 1, -1e100}) == 2);
  const std::vector<double> tenths(1'000'000, 0.1);
  CHECK(sum(tenths) == 100'000.0);
  double plain = 0;
  for (const double value : tenths) {
    plain += value;
  }
  CHECK(plain != 100'000.0);
}

TEST_CASE("infinities come out of the sum as infinities") {
  CHECK(sum(std::vector<double>{1, kInfinity, 2}) == kInfinity);
  CHECK(sum(std::vector<double>{1, -kInfinity, 2}) == -kInfinity);
  CHECK(std::isnan(sum(std::vector<double>{kInfinity, -kInfinity})));
  CHECK(sum({}) == 0);
}

TEST_CASE("mean, minimum and maximum of nothing are nothing") {
  CHECK_FALSE(mean({}));
  CHECK_FALSE(min_max({}));
  CHECK_FALSE(quantile({}, 0.5));
  CHECK(mean(std::vector<double>{1, 2, 6}) == 3.0);
  const std::optional<MinMax> ends = min_max(std::vector<double>{3, -1, 2});
  REQUIRE(ends);
  CHECK(ends->min == -1);
  CHECK(ends->max == 3);
}

// numpy 1.24: np.quantile(a, q)
TEST_CASE("quantiles interpolate as numpy does, whatever the order of the values") {
  const std::vector<double> values = {3.5, -1, 2, 8, 8, 0.25};
  CHECK(quantile(values, 0) == -1.0);
  CHECK(quantile(values, 0.1) == Approx(-0.375));
  CHECK(quantile(values, 0.25) == Approx(0.6875));
  CHECK(quantile(values, 0.5) == Approx(2.75));
  CHECK(quantile(values, 0.99) == Approx(8.0));
  CHECK(quantile(values, 1) == 8.0);
  CHECK(quantile(std::vector<double>{42}, 0.3) == 42.0);
}

TEST_CASE("quantiles next to infinities are not NaN") {
  const std::vector<double> values = {1, kInfinity, kInfinity};
  CHECK(quantile(values, 1) == kInfinity);
  CHECK(quantile(values, 0.75) == kInfinity);
  CHECK(quantile(values, 0) == 1.0);
  CHECK(quantile(values, 0.25) == kInfinity);
}

}  // namespace
}  // namespace mlops::stats
