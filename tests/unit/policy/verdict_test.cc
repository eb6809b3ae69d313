#include "policy/verdict.h"

#include <array>
#include <vector>

#include <catch2/catch.hpp>

using mlops::policy::combine;
using mlops::policy::Verdict;

TEST_CASE("the worst verdict wins: fail, insufficient, warn, pass") {
  const std::array order{
      Verdict::skipped, Verdict::pass, Verdict::warn, Verdict::insufficient, Verdict::fail};
  for (std::size_t a = 0; a < order.size(); ++a) {
    for (std::size_t b = 0; b < order.size(); ++b) {
      const std::array both{order[a], order[b]};
      CHECK(combine(both) == order[std::max(a, b)]);
    }
  }
}

TEST_CASE("nothing judged is skipped, not passed") {
  CHECK(combine({}) == Verdict::skipped);
  CHECK(to_string(Verdict::insufficient) == "insufficient");
}
