#include "stats/correction.h"

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

void check_close(const std::vector<double>& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i] == Approx(wanted[i]).epsilon(1e-14));
  }
}

// R 4: p.adjust(c(.01, .04, .03, .005, .5), "holm"), and by hand.
TEST_CASE("Holm steps down, never lets a larger p-value become smaller, keeps the order") {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005, 0.5};
  check_close(holm(p), {0.04, 0.09, 0.09, 0.025, 0.5});
}

TEST_CASE("Benjamini-Hochberg steps up") {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005, 0.5};
  check_close(benjamini_hochberg(p), {0.025, 0.05, 0.05, 0.025, 0.5});
}

TEST_CASE("adjusted p-values never leave 1, and one test is not corrected") {
  check_close(holm(std::vector<double>{0.9, 0.8}), {1, 1});
  check_close(benjamini_hochberg(std::vector<double>{0.9, 0.8}), {0.9, 0.9});
  check_close(holm(std::vector<double>{0.03}), {0.03});
  check_close(benjamini_hochberg(std::vector<double>{0.03}), {0.03});
  CHECK(holm({}).empty());
  CHECK(benjamini_hochberg({}).empty());
}

TEST_CASE("corrections do not depend on the order of the tests") {
  std::mt19937 random(7);
  std::vector<double> p;
  for (int i = 1; i <= 50; ++i) {
    p.push_back(0.02 * (i % 25));
  }
  std::vector<double> holm_sorted = holm(p);
  std::vector<double> bh_sorted = benjamini_hochberg(p);
  std::sort(holm_sorted.begin(), holm_sorted.end());
  std::sort(bh_sorted.begin(), bh_sorted.end());
  std::shuffle(p.begin(), p.end(), random);
  std::vector<double> holm_shuffled = holm(p);
  std::vector<double> bh_shuffled = benjamini_hochberg(p);
  std::sort(holm_shuffled.begin(), holm_shuffled.end());
  std::sort(bh_shuffled.begin(), bh_shuffled.end());
  CHECK(holm_sorted == holm_shuffled);
  CHECK(bh_sorted == bh_shuffled);
}

}  // namespace
}  // namespace mlops::stats
