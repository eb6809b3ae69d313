#include "stats/double_double.h"

#include <catch2/catch.hpp>

namespace mlops::stats {

TEST_CASE("an exact sum loses nothing to a large one") {
  DoubleDouble sum;
  sum.add(1e17);
  for (int i = 0; i < 1000; ++i) {
    sum.add(0.25);
  }
  sum.add(-1e17);
  CHECK(sum.value() == 250);
}

TEST_CASE("products are exact, too") {
  const double a = 1 + 0x1p-30;
  DoubleDouble sum;
  sum.add_product(a, a);
  sum.add(-1);
  sum.add(-0x1p-29);
  CHECK(sum.value() == 0x1p-60);
  DoubleDouble big;
  big.add(1e10);
  big.add(1e-10);
  CHECK(big.times(big).minus(big.times(1e10)).value() == Approx(1).epsilon(1e-12));
}

}  // namespace mlops::stats
