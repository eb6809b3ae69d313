#include "stats/interval.h"

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

constexpr double kTight = 1e-12;

// scipy 1.10.1: binomtest(k, n).proportion_ci(0.95, "wilson")
TEST_CASE("the Wilson interval agrees with scipy") {
  const Interval few = wilson(5, 284, 0.05);
  CHECK(few.low == Approx(0.007542928114061768).epsilon(kTight));
  CHECK(few.high == Approx(0.04054416426451189).epsilon(kTight));
  const Interval half = wilson(50, 100, 0.05);
  CHECK(half.low == Approx(0.4038315303659956).epsilon(kTight));
  CHECK(half.high == Approx(0.5961684696340044).epsilon(kTight));
}

TEST_CASE("the Wilson interval at no and at all successes ends exactly at the border") {
  const Interval none = wilson(0, 10, 0.05);
  CHECK(none.low == 0);
  CHECK(none.high == Approx(0.27753279986288926).epsilon(kTight));
  const Interval all = wilson(10, 10, 0.05);
  CHECK(all.low == Approx(0.7224672001371109).epsilon(kTight));
  CHECK(all.high == 1);
}

TEST_CASE("the Bonett-Price interval of the breast-cancer example") {
  const Interval change = bonett_price(5, 16, 284, 0.05);
  CHECK(change.low == Approx(0.005899286346177493).epsilon(kTight));
  CHECK(change.high == Approx(0.07102379057689943).epsilon(kTight));
}

TEST_CASE("swapping the versions mirrors the Bonett-Price interval") {
  const Interval there = bonett_price(7, 31, 400, 0.1);
  const Interval back = bonett_price(31, 7, 400, 0.1);
  CHECK(there.low == Approx(-back.high).epsilon(kTight));
  CHECK(there.high == Approx(-back.low).epsilon(kTight));
}

TEST_CASE("without changed rows the Bonett-Price interval is symmetric and not a point") {
  const Interval none = bonett_price(0, 0, 10, 0.05);
  CHECK(none.low == Approx(-0.2309839707249463).epsilon(kTight));
  CHECK(none.high == Approx(0.2309839707249463).epsilon(kTight));
}

TEST_CASE("the Bonett-Price interval stays within the possible differences") {
  // unbounded it would reach down to -1.30
  CHECK(bonett_price(3, 0, 3, 0.05).low == -1);
  CHECK(bonett_price(0, 3, 3, 0.05).high == 1);
}

}  // namespace
}  // namespace mlops::stats
