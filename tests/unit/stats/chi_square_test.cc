#include "stats/chi_square.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

namespace mlops::stats {

// scipy 1.10.1: chi2.sf(x, degrees)
TEST_CASE("the tail of the chi-square distribution agrees with scipy") {
  struct Case {
    double x, degrees, tail;
  };
  for (const Case& one : {Case{0.5, 1, 0.47950012218695337},
                          Case{3.841458820694124, 1, 0.04999999999999989},
                          Case{12.3, 9, 0.19692022639855333},
                          Case{250, 100, 7.76693640353949e-15},
                          Case{0.001, 2, 0.9995001249791693},
                          Case{900, 3, 8.851690237125443e-195},
                          Case{30, 30, 0.4656537089440098}}) {
    INFO(one.x << " " << one.degrees);
    CHECK(chi_square_tail(one.x, one.degrees) == Approx(one.tail).epsilon(1e-11));
  }
}

TEST_CASE("the tail of the chi-square distribution at its ends") {
  CHECK(chi_square_tail(0, 3) == 1);
  CHECK(chi_square_tail(-1, 3) == 1);
  CHECK(chi_square_tail(std::numeric_limits<double>::infinity(), 3) == 0);
  CHECK(std::isnan(chi_square_tail(std::nan(""), 3)));
  CHECK(std::isnan(chi_square_tail(1, 0)));
}

}  // namespace mlops::stats
