#include "diff/tolerance.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

namespace mlops::diff {
namespace {

policy::Tolerance tolerance(policy::ToleranceMode mode, double rtol, double atol) {
  return {mode, rtol, atol};
}

constexpr double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

}  // namespace

TEST_CASE("reference row 12: the old value is the reference of the relative part") {
  const auto sum = tolerance(policy::ToleranceMode::sum, 1e-4, 1.9776e-5);
  CHECK_FALSE(within(sum, 0.142219, 0.142253));
  CHECK(within(sum, 0.142253, 0.142219));
}

TEST_CASE("reference row 10: either needs one of both") {
  const double o[] = {0.15, 1.25, 2.5, 3.75};
  const double n[] = {0, 1, 2, 3};
  const auto all = [&](double rtol, double atol) {
    bool equal = true;
    for (int i = 0; i < 4; ++i) {
      equal = equal && within(tolerance(policy::ToleranceMode::either, rtol, atol), o[i], n[i]);
    }
    return equal;
  };
  CHECK(all(0.25, 0.3));
  CHECK_FALSE(all(0.1, 0.3));
  CHECK_FALSE(all(0.15, 0.01));
}

TEST_CASE("special values are equal to themselves alone") {
  const auto wide = tolerance(policy::ToleranceMode::sum, 1e9, 1e9);
  CHECK(within(wide, kNan, kNan));
  CHECK_FALSE(within(wide, kNan, 0));
  CHECK_FALSE(within(wide, 0, kNan));
  CHECK(within(wide, kInf, kInf));
  CHECK_FALSE(within(wide, kInf, -kInf));
  CHECK_FALSE(within(wide, kInf, 1e300));
  CHECK(within(tolerance(policy::ToleranceMode::sum, 0, 0), -0.0, 0.0));
}

TEST_CASE("symmetric does not depend on the order, ulp counts neighbours") {
  const auto symmetric = tolerance(policy::ToleranceMode::symmetric, 0.1, 0);
  CHECK(within(symmetric, 100, 91) == within(symmetric, 91, 100));
  const double next = std::nextafter(std::nextafter(1.0, 2.0), 2.0);
  CHECK(within(tolerance(policy::ToleranceMode::ulp, 0, 2), 1.0, next));
  CHECK_FALSE(within(tolerance(policy::ToleranceMode::ulp, 0, 1), 1.0, next));
  const double least = std::numeric_limits<double>::denorm_min();
  CHECK(within(tolerance(policy::ToleranceMode::ulp, 0, 2), -least, least));
  CHECK_FALSE(within(tolerance(policy::ToleranceMode::ulp, 0, 1e6), -1e300, 1e300));
}

}  // namespace mlops::diff
