#include "stats/normal.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

constexpr double kLastDigits = 1e-14;

// Golden numbers: scipy 1.10.1, stats.norm.
TEST_CASE("the normal quantile agrees with scipy in the centre and far out in the tails") {
  const double golden[][2] = {
      {1e-300, -37.0470962993612},
      {1e-20, -9.262340089798409},
      {1e-6, -4.753424308822899},
      {0.025, -1.9599639845400545},
      {0.07, -1.4757910281791706},
      {0.1, -1.2815515655446004},
      {0.9, 1.2815515655446004},
      {0.975, 1.959963984540054},
  };
  for (const auto& [p, x] : golden) {
    CAPTURE(p);
    CHECK(normal_quantile(p) == Approx(x).epsilon(kLastDigits));
  }
  CHECK(normal_quantile(0.5) == 0);
}

TEST_CASE("the normal quantile at and beyond the ends") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(normal_quantile(0) == -infinity);
  CHECK(normal_quantile(1) == infinity);
  CHECK(std::isnan(normal_quantile(-0.1)));
  CHECK(std::isnan(normal_quantile(1.1)));
  CHECK(std::isnan(normal_quantile(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("the normal distribution function keeps its relative accuracy in the lower tail") {
  CHECK(normal_cdf(-8) == Approx(6.22096057427174e-16).epsilon(1e-12));
  CHECK(normal_cdf(-1.96) == Approx(0.024997895148220435).epsilon(kLastDigits));
  CHECK(normal_cdf(0) == 0.5);
  CHECK(normal_cdf(0.5) == Approx(0.6914624612740131).epsilon(kLastDigits));
  CHECK(normal_cdf(3) == Approx(0.9986501019683699).epsilon(kLastDigits));
}

TEST_CASE("quantile and distribution function are inverse to each other") {
  for (double p = 0.001; p < 1; p += 0.001) {
    CAPTURE(p);
    CHECK(normal_cdf(normal_quantile(p)) == Approx(p).epsilon(1e-13));
  }
}

TEST_CASE("the two-sided z of 5 % is the textbook 1.96") {
  CHECK(two_sided_z(0.05) == Approx(1.959963984540054).epsilon(kLastDigits));
  CHECK(two_sided_z(1e-18) == Approx(-normal_quantile(5e-19)).epsilon(kLastDigits));
}

}  // namespace
}  // namespace mlops::stats
