#include "stats/distance.h"

#include <cmath>
#include <map>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

using Cells = std::vector<CellCounts>;

/// Two samples as the accumulator wants them: distinct values in ascending order.
OrderedDistance compare(const std::vector<double>& base, const std::vector<double>& now) {
  std::map<double, CellCounts> counts;
  for (const double value : base) {
    ++counts[value].base;
  }
  for (const double value : now) {
    ++counts[value].now;
  }
  OrderedDistance distance(base.size(), now.size());
  for (const auto& [value, count] : counts) {
    distance.add(value, count.base, count.now);
  }
  return distance;
}

std::vector<double> repeat(const std::vector<std::pair<double, int>>& parts) {
  std::vector<double> values;
  for (const auto& [value, times] : parts) {
    values.insert(values.end(), static_cast<std::size_t>(times), value);
  }
  return values;
}

const Cells kCells{{120, 100}, {30, 60}, {50, 45}, {1, 9}, {7, 0}};

}  // namespace

// scipy 1.10.1 and numpy: PSI by its formula, scipy.spatial.distance.jensenshannon(base=2),
// chi2_contingency(correction=False) with Bergsma's correction by its formula, chi2.sf
TEST_CASE("distances of counts agree with scipy") {
  CHECK(psi(kCells)->value == Approx(0.39365370032207725).epsilon(1e-12));
  CHECK(psi(kCells)->p == Approx(2.0954467249037378e-08).epsilon(1e-9));
  CHECK(js2(kCells)->value == Approx(0.22358243613430745).epsilon(1e-12));
  CHECK(js2(kCells)->p == Approx(6.991901632849885e-06).epsilon(1e-9));
  CHECK(l_infinity(kCells)->value == Approx(0.1361430625449317).epsilon(1e-12));
  CHECK(cramers_v(kCells)->value == Approx(0.22541482505874946).epsilon(1e-12));
  CHECK(cramers_v(kCells)->p == Approx(4.177782477157068e-05).epsilon(1e-9));
}

TEST_CASE("the distances of B14's reference cases") {
  CHECK(js2(Cells{{1, 0}, {0, 1}, {0, 0}})->value == 1);
  // The divergence to base e of [1 0] and [.5 .5] is .46450140 squared.
  CHECK(js2(Cells{{2, 1}, {0, 1}})->value == Approx(0.46450140 / std::sqrt(std::log(2.0))));
  CHECK(l_infinity(Cells{{1, 3}, {9, 7}})->value == Approx(0.2));
  CHECK(l_infinity(Cells{{0, 3}, {9, 7}, {1, 0}})->value == Approx(0.3));
  CHECK(l_infinity(Cells{{1, 0}, {5, 0}, {0, 10}, {0, 50}})->value == Approx(5.0 / 6));
  CHECK_FALSE(psi(Cells{{3, 0}, {1, 0}}));
  CHECK_FALSE(js2(Cells{}));
  CHECK_FALSE(cramers_v(Cells{{3, 5}, {0, 0}}));
}

// reference: KS D of scipy.stats.ks_2samp
TEST_CASE("KS looks right of tied values") {
  const auto x = repeat({{2, 3}, {3, 4}, {5, 5}, {6, 4}});
  CHECK(compare(x, repeat({{3, 3}, {4, 4}, {6, 5}, {7, 4}})).ks().value == Approx(0.3125));
  CHECK(
      compare(repeat({{2, 3}, {3, 4}, {5, 10}, {6, 4}}), repeat({{3, 10}, {4, 2}, {6, 10}, {7, 4}}))
          .ks()
          .value == Approx(190.0 / 546));
  CHECK(compare({1.01, 2.01}, {1, 2, 3}).ks().value == Approx(1.0 / 3));
  CHECK(compare({0.99, 1.99}, {1, 2, 3}).ks().value == Approx(2.0 / 3));
  CHECK(compare(x, x).ks().value == 0);
  CHECK(compare(x, x).ks().p == 1);
}

TEST_CASE("KS and Wasserstein's distance agree with scipy") {
  const std::vector<double> x{1.79,  0.44,  0.1,  -1.86, -0.28, -0.35, -0.08, -0.63, -0.04, -0.48,
                              -1.31, 0.88,  0.88, 1.71,  0.05,  -0.4,  -0.55, -1.55, 0.98,  -1.1,
                              -1.19, -0.21, 1.49, 0.24,  -1.02, -0.71, 0.63,  -0.16, -0.77, -0.23};
  const std::vector<double> y{1.62,  3.46,  -1.37, -0.44, -0.71, -3.13, -0.89, -1.04, 2.19,
                              0.3,   -1.93, 1.47,  -0.03, -2.11, -0.39, -0.38, -0.81, 0.54,
                              -2.87, 0.1,   2.02,  1.78,  2.16,  2.18,  2.73,  -1.18, 1.77,
                              -2.29, -0.4,  -2.37, 2.07,  2.5,   0.2,   3.16,  -0.51};
  const OrderedDistance distance = compare(x, y);
  CHECK(distance.ks().value == Approx(0.28095238095238095).epsilon(1e-12));
  CHECK(distance.wasserstein() == Approx(0.8176666666666668).epsilon(1e-12));
  CHECK(compare(y, x).wasserstein() == Approx(0.8176666666666668).epsilon(1e-12));
}

TEST_CASE("the noise floor is the p-value turned round") {
  const double c = std::sqrt(-0.5 * std::log(0.05 / 2));
  const double floor = c * std::sqrt((100.0 + 110.0) / (100.0 * 110.0));
  CHECK(smirnov_p(floor, 100, 110) == Approx(0.05));
  CHECK(smirnov_p(0, 100, 110) == 1);
}

TEST_CASE("rare cells are merged until the test holds") {
  const Cells merged = merge_rare(Cells{{50, 40}, {4, 0}, {0, 4}, {40, 50}, {0, 0}, {3, 3}});
  REQUIRE(merged.size() == 3);
  std::uint64_t base = 0;
  std::uint64_t now = 0;
  for (const CellCounts& cell : merged) {
    base += cell.base;
    now += cell.now;
  }
  CHECK(base == 97);
  CHECK(now == 97);
  CHECK(merge_rare(Cells{{50, 40}, {40, 50}}).size() == 2);
  CHECK(rare_share(Cells{{50, 40}, {4, 0}, {0, 4}, {40, 50}, {0, 0}, {3, 3}}) ==
        Approx(14.0 / 194));
  CHECK(rare_share(Cells{{50, 40}, {40, 50}}) == 0);
  CHECK(rare_share(Cells{{4, 0}, {0, 4}, {4, 0}, {0, 4}}) == 1);
}

}  // namespace mlops::stats
