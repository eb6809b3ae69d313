#include "stats/binomial.h"

#include <catch2/catch.hpp>

#include "stats/mcnemar.h"

namespace mlops::stats::test {

TEST_CASE("the upper tail is the sum of the terms") {
  CHECK(binomial_upper_tail(0, 5, 0.3) == 1.0);
  CHECK(binomial_upper_tail(6, 5, 0.3) == 0.0);
  CHECK(binomial_upper_tail(1, 30, 0.001) == Approx(1 - 0.97043).epsilon(1e-4));
  CHECK(binomial_upper_tail(5, 5, 0.3) == Approx(0.00243));
  CHECK(binomial_upper_tail(1, 2, 0.5) == Approx(0.75));
  CHECK(binomial_upper_tail(2, 10, 0.9) == Approx(1 - 1e-10 - 10 * 0.9 * 1e-9));
  CHECK(binomial_upper_tail(3, 9, 0.0) == 0.0);
  CHECK(binomial_upper_tail(3, 9, 1.0) == 1.0);
}

TEST_CASE("of one half it is the tail of McNemar's test") {
  for (const std::uint64_t k : {1U, 40U, 50U, 51U, 60U, 100U}) {
    CHECK(binomial_upper_tail(k, 100, 0.5) ==
          Approx(binomial_half_cdf(100 - k, 100)).epsilon(1e-9));
  }
  CHECK(binomial_upper_tail(5'100, 10'000, 0.5) ==
        Approx(binomial_half_cdf(4'900, 10'000)).epsilon(1e-9));
}

}  // namespace mlops::stats::test
