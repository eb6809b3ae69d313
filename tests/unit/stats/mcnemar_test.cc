#include "stats/mcnemar.h"

#include <cmath>

#include <catch2/catch.hpp>

namespace mlops::stats {
namespace {

// Golden numbers: scipy 1.10.1, binomtest(min(b, c), b + c).pvalue and binom.pmf; the first row is
// also mlxtend's (4.43445e-6).
TEST_CASE("the exact McNemar test agrees with scipy") {
  struct Golden {
    std::uint64_t b;
    std::uint64_t c;
    double p;
    double mid_p;
  };
  const Golden golden[] = {
      {121, 59, 4.4344492637551645e-06, 3.2666467957745733e-06},
      {5, 16, 0.02660369873046875, 0.01690053939819337},
      {0, 5, 0.0625, 0.03125},
      {1, 0, 1.0, 0.5},
      {10, 11, 1.0, 0.8318119049072265},
  };
  for (const Golden& row : golden) {
    CAPTURE(row.b, row.c);
    const McNemar test = mcnemar(row.b, row.c);
    CHECK(test.p == Approx(row.p).epsilon(1e-12));
    CHECK(test.mid_p == Approx(row.mid_p).epsilon(1e-12));
  }
}

TEST_CASE("the exact test is still exact at its largest count") {
  const McNemar test = mcnemar(499'000, 501'000);
  CHECK(test.p == Approx(0.045608299865389515).epsilon(1e-9));
  CHECK(test.mid_p == Approx(0.0455003178873706).epsilon(1e-9));
  CHECK(mcnemar(400'000, 600'000).p == 0);
}

TEST_CASE("above a million changed rows chi-square takes over, with continuity correction") {
  const McNemar test = mcnemar(600'000, 602'000);
  CHECK(test.p == Approx(0.06825642310558505).epsilon(1e-12));
  CHECK(test.mid_p == Approx(0.0681184706748575).epsilon(1e-12));
}

TEST_CASE("without evidence for a direction McNemar's p is 1") {
  CHECK(mcnemar(0, 0).p == 1);
  CHECK(mcnemar(0, 0).mid_p == 1);
  CHECK(mcnemar(7, 7).p == 1);
  CHECK(mcnemar(7, 7).mid_p == 1);
  CHECK(mcnemar(1'000'000, 1'000'000).p == 1);
}

TEST_CASE("McNemar's test is symmetric in its counts") {
  for (const auto& [b, c] : {std::pair{3, 9}, {0, 40}, {700'000, 800'000}}) {
    const auto first = static_cast<std::uint64_t>(b);
    const auto second = static_cast<std::uint64_t>(c);
    CHECK(mcnemar(first, second).p == mcnemar(second, first).p);
    CHECK(mcnemar(first, second).mid_p == mcnemar(second, first).mid_p);
  }
}

TEST_CASE("the binomial distribution function agrees with scipy on both sides of the middle") {
  CHECK(binomial_half_cdf(0, 10) == Approx(0.0009765625).epsilon(1e-14));
  CHECK(binomial_half_cdf(3, 10) == Approx(0.171875).epsilon(1e-14));
  CHECK(binomial_half_cdf(450, 1000) == Approx(0.0008652680424881512).epsilon(1e-12));
  CHECK(binomial_half_cdf(550, 1000) == Approx(0.999304129202789).epsilon(1e-12));
  CHECK(binomial_half_cdf(499'000, 1'000'000) == Approx(0.022804149932694757).epsilon(1e-9));
  CHECK(binomial_half_cdf(10, 10) == 1);
  CHECK(binomial_half_cdf(0, 0) == 1);
}

// Cormier et al. 2016 (Launch & Iterate), table 1: wins needed at one-sided 5 %.
TEST_CASE("the wins needed among changed rows are those of Launch and Iterate") {
  const auto wins_needed = [](std::uint64_t n) {
    std::uint64_t wins = n / 2;
    while (binomial_half_cdf(n - wins, n) > 0.05) {
      ++wins;
    }
    return wins;
  };
  CHECK(wins_needed(10) == 9);
  CHECK(wins_needed(100) == 59);
  CHECK(wins_needed(1000) == 527);
  CHECK(wins_needed(10'000) == 5083);
}

}  // namespace
}  // namespace mlops::stats
