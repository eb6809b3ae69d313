#include "stats/ranking.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::stats::test {
namespace {

using Items = std::vector<std::uint32_t>;
using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("reference number 27: NDCG as scikit-learn prints it") {
  const Numbers relevance{10, 0, 0, 1, 5};
  const Numbers first{.1, .2, .3, 4, 70};
  const Numbers second{.05, 1.1, 1, .5, 0};
  CHECK(ndcg(relevance, first).value() == Approx(.69569404).epsilon(1e-8));
  CHECK(ndcg(relevance, second).value() == Approx(.49368019).epsilon(1e-8));
  CHECK(ndcg(relevance, second, 4).value() == Approx(.35202411).epsilon(1e-8));
  CHECK(ndcg(relevance, relevance) == 1.0);
}

TEST_CASE("equal scores share their gains, as scikit-learn's default has it") {
  const Numbers relevance{10, 0, 0, 1, 5};
  const Numbers tied{1, 0, 0, 0, 1};
  // Two share ranks 1 and 2, three share ranks 3 to 5.
  const auto d = [](int rank) { return 1 / std::log2(rank + 1.0); };
  const double ideal = 10 * d(1) + 5 * d(2) + 1 * d(3);
  CHECK(ndcg(relevance, tied).value() ==
        Approx((7.5 * (d(1) + d(2)) + 1.0 / 3 * (d(3) + d(4) + d(5))) / ideal));
  CHECK(ndcg(relevance, tied, 1).value() == Approx(7.5 * d(1) / (10 * d(1))));
}

TEST_CASE("leaving a relevant item out is no gain") {
  const Numbers relevance{1, 0};
  const Numbers scores{2, 1};
  const Numbers others{3};
  CHECK(ndcg(relevance, scores) == 1.0);
  CHECK(ndcg(relevance, scores, 0, others).value() < 0.3);
  CHECK_FALSE(ndcg(Numbers{0, 0}, scores).has_value());
  CHECK_FALSE(ndcg(Numbers{}, Numbers{}).has_value());
}

TEST_CASE("overlap and Jaccard of the first k") {
  const Items a{1, 2, 3, 4};
  const Items b{2, 1, 5};
  CHECK(overlap_at(a, b, 2) == 1.0);
  CHECK(overlap_at(a, b, 1) == 0.0);
  CHECK(overlap_at(a, b, 10).value() == Approx(2.0 / 3));
  CHECK(jaccard_at(a, b, 10).value() == Approx(2.0 / 4));
  CHECK_FALSE(overlap_at(a, Items{}, 10).has_value());
}

TEST_CASE("rank-biased overlap") {
  const Items a{1, 2, 3};
  CHECK(rank_biased_overlap(a, a).value() == Approx(1.0));
  CHECK(rank_biased_overlap(a, Items{4, 5, 6}).value() == 0.0);
  // A_1 = 0, A_2 = 1, A_3 = 1: 1 * .9^3 + (.1 / .9) * (.9^2 + .9^3).
  CHECK(rank_biased_overlap(a, Items{2, 1, 3}).value() == Approx(.729 + .1 / .9 * (.81 + .729)));
  // The top weighs most.
  CHECK(rank_biased_overlap(a, Items{1, 3, 2}).value() >
        rank_biased_overlap(a, Items{2, 1, 3}).value());
}

TEST_CASE("Kendall's tau-b against its definition") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    Numbers a;
    Numbers b;
    const std::size_t n = 2 + random() % 30;
    for (std::size_t i = 0; i < n; ++i) {
      a.push_back(static_cast<double>(random() % 6));
      b.push_back(static_cast<double>(random() % 6));
    }
    double score = 0;
    double untied_a = 0;
    double untied_b = 0;
    const auto sign = [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; };
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        score += sign(a[i] - a[j]) * sign(b[i] - b[j]);
        untied_a += a[i] != a[j] ? 1 : 0;
        untied_b += b[i] != b[j] ? 1 : 0;
      }
    }
    const auto tau = kendall_tau_b(a, b);
    if (untied_a == 0 || untied_b == 0) {
      CHECK_FALSE(tau.has_value());
    } else {
      REQUIRE(tau.has_value());
      CHECK(*tau == Approx(score / std::sqrt(untied_a * untied_b)).margin(1e-12));
    }
  }
  CHECK_FALSE(kendall_tau_b(Numbers{1}, Numbers{2}).has_value());
  CHECK_FALSE(kendall_tau_b(Numbers{}, Numbers{}).has_value());
}

}  // namespace mlops::stats::test
