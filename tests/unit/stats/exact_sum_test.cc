#include "stats/exact_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

double sum_of(const std::vector<double>& values) {
  ExactSum sum;
  for (const double value : values) {
    sum.add(value);
  }
  return sum.value();
}

TEST_CASE("an exact sum is rounded once") {
  CHECK(sum_of({}) == 0);
  CHECK(sum_of({0, 0}) == 0);
  CHECK(sum_of({0.1}) == 0.1);
  // math.fsum of Python: 0.1 ten times is 1, which adding one by one misses.
  CHECK(sum_of(std::vector<double>(10, 0.1)) == 1.0);
  CHECK(sum_of({1e16, 1, 1}) == 10000000000000002.0);
  CHECK(sum_of({1e100, 1, 1e100}) == 2e100);
  CHECK(sum_of({1e308, 1e308}) == std::numeric_limits<double>::infinity());
  const double smallest = std::numeric_limits<double>::denorm_min();
  CHECK(sum_of({smallest, smallest, smallest}) == 3 * smallest);
  const double largest = std::numeric_limits<double>::max();
  CHECK(sum_of({largest}) == largest);
}

TEST_CASE("a tie goes to the even neighbour, and what is far below decides it") {
  const double one = 9007199254740992.0;  // 2^53: its neighbour above is 2 away
  CHECK(sum_of({one, 1}) == one);
  CHECK(sum_of({one + 2, 1}) == one + 4);
  CHECK(sum_of({one, 1, std::numeric_limits<double>::denorm_min()}) == one + 2);
  CHECK(sum_of({std::ldexp(1.0, 300), std::ldexp(1.0, 247), std::ldexp(1.0, -1000)}) ==
        std::ldexp(1.0, 300) + std::ldexp(1.0, 248));
}

TEST_CASE("the order of the numbers, and how they are shared out, change nothing") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 50; ++i) {
      const int power = static_cast<int>(random() % 600) - 300;
      values.push_back(std::ldexp(static_cast<double>(random() % (1ULL << 53U)), power));
    }
    const double all = sum_of(values);
    std::shuffle(values.begin(), values.end(), random);
    REQUIRE(sum_of(values) == all);
    ExactSum parts[3];
    for (std::size_t i = 0; i < values.size(); ++i) {
      parts[i % 3].add(values[i]);
    }
    parts[0].add(parts[1]);
    parts[2].add(parts[0]);
    REQUIRE(parts[2].value() == all);
  }
}

TEST_CASE("whole numbers add up as whole numbers do") {
  std::mt19937_64 random(2);
  std::uint64_t expected = 0;
  ExactSum sum;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t value = random() % (1ULL << 35U);
    expected += value;
    sum.add(static_cast<double>(value));
  }
  CHECK(sum.value() == static_cast<double>(expected));
}

}  // namespace
}  // namespace mlops::stats
