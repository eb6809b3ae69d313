#include "diff/ranking.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

policy::PredictionSet ranking_set() {
  policy::PredictionSet set;
  set.name = "search";
  set.path = "out/search.csv";
  set.task = policy::Task::ranking;
  set.key = {"q", "item"};
  set.label = "rel";
  set.prediction = "score";
  return set;
}

/// The relevances and scores of reference number 27 as two versions of one list.
constexpr const char* kFirst =
    "q,item,rel,score\n1,a,10,.1\n1,b,0,.2\n1,c,0,.3\n1,d,1,4\n1,e,5,70\n";
constexpr const char* kSecond =
    "q,item,rel,score\n1,a,10,.05\n1,b,0,1.1\n1,c,0,1\n1,d,1,.5\n1,e,5,0\n";

}  // namespace

TEST_CASE("reference number 27 as a comparison of two rankings") {
  const auto report = compare_texts(ranking_set(), kFirst, kSecond);
  CHECK(metric_of(report, "ndcg").old_value.value() == Approx(.69569404).epsilon(1e-8));
  CHECK(metric_of(report, "ndcg").new_value.value() == Approx(.49368019).epsilon(1e-8));
  CHECK(report.counts.matched == 1);
  CHECK(report.counts.changed == 1);
  REQUIRE(report.worst.size() == 1);
  CHECK(report.worst[0].old_prediction == "e > d > c > b > a");
  CHECK(report.worst[0].new_prediction == "b > c > d > a > e");
  CHECK(report.worst[0].loss_change == Approx(.69569404 - .49368019));
  CHECK(report.worst_by == "ndcg fell by");
}

TEST_CASE("lists may hold other items; a query that one table lacks is a missing row") {
  const std::string before = "q,item,rel,score\n1,a,1,2\n1,b,0,1\n2,a,1,1\n3,a,1,1\n";
  const std::string after = "q,item,rel,score\n1,a,1,1\n1,c,2,2\n2,a,1,1\n4,a,1,1\n";
  const auto refused = compare_texts(ranking_set(), before, after);
  CHECK_FALSE(refused.is_comparable());
  const auto report = compare_texts(ranking_set(), before, after, {}, OtherKeys::leave_out);
  CHECK(report.counts.matched == 2);
  CHECK(report.counts.only_old == 1);
  CHECK(report.counts.only_new == 1);
  // The old list leaves the most relevant item out, and the ideal order has it.
  const double ideal = 2 + 1 / std::log2(3.0);
  CHECK(metric_of(report, "ndcg").old_value.value() == Approx((1 / ideal + 1) / 2));
  CHECK(metric_of(report, "ndcg").new_value.value() == Approx(1.0));
  CHECK(metric_of(report, "overlap_at_10").new_value.value() == Approx((.5 + 1) / 2));
}

TEST_CASE("lists without a relevant item are left out and told") {
  const std::string text = "q,item,rel,score\n1,a,0,1\n1,b,0,2\n2,a,1,1\n2,b,0,2\n";
  const auto report = compare_texts(ranking_set(), text, text);
  CHECK(metric_of(report, "ndcg").new_value.value() == Approx(1 / std::log2(3.0)));
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0] == "1 list without a relevant item: left out of ndcg");
  const std::string none = "q,item,rel,score\n1,a,0,1\n1,b,0,2\n";
  const auto undefined = compare_texts(
      ranking_set(), none, none, "schema = 1\n[[diff.rule]]\nmetric = \"ndcg\"\nmax_drop = 0\n");
  CHECK_FALSE(metric_of(undefined, "ndcg").new_value.has_value());
  CHECK(rule_of(undefined, "ndcg").verdict == policy::Verdict::insufficient);
}

TEST_CASE("equal scores are in the order of items, by value, and counted") {
  const std::string before = "q,item,rel,score\n1,9,0,1\n1,10,1,1\n";
  const std::string after = "q,item,rel,score\n1,10,1,5\n1,9,0,5\n";
  const auto report = compare_texts(ranking_set(), before, after);
  CHECK(report.counts.changed == 0);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].find("equal scores") != std::string::npos);
  // A list without ties in that order is the same list.
  const std::string strict = "q,item,rel,score\n1,9,0,2\n1,10,1,1\n";
  CHECK(compare_texts(ranking_set(), before, strict).counts.changed == 0);
}

TEST_CASE("rules judge lists, also in slices") {
  policy::PredictionSet set = ranking_set();
  set.slices = {"lang"};
  std::string before = "q,item,rel,score,lang\n";
  std::string after = before;
  for (int q = 0; q < 60; ++q) {
    const std::string head = std::to_string(q) + ",";
    const std::string lang = q % 2 == 0 ? "fi" : "sv";
    before += head + "a,1,2," + lang + "\n" + head + "b,0,1," + lang + "\n";
    const bool worse = q % 2 == 0 && q < 20;
    after +=
        head + "a,1," + (worse ? "0" : "2") + "," + lang + "\n" + head + "b,0,1," + lang + "\n";
  }
  const auto report = compare_texts(set,
                                    before,
                                    after,
                                    "schema = 1\n[[diff.rule]]\nmetric = \"ndcg\"\n"
                                    "max_drop = 0.1\nslices = [\"lang\"]\n"
                                    "[[diff.rule]]\nmetric = \"rank_biased_overlap\"\nmin = 0.9\n");
  CHECK(rule_of(report, "ndcg").verdict == policy::Verdict::pass);
  CHECK(rule_of(report, "ndcg", "lang=fi").verdict == policy::Verdict::fail);
  CHECK(rule_of(report, "ndcg", "lang=sv").verdict == policy::Verdict::pass);
  CHECK(rule_of(report, "rank_biased_overlap").verdict == policy::Verdict::pass);
  CHECK(rule_of(report, "ndcg", "lang=fi").figure.n == 30);
}

TEST_CASE("the order of rows changes no digit of a ranking") {
  std::mt19937 random(8);
  std::vector<std::string> before;
  std::vector<std::string> after;
  for (int q = 0; q < 40; ++q) {
    for (int item = 0; item < 12; ++item) {
      const std::string head =
          std::to_string(q) + "," + std::to_string(item) + "," + std::to_string(random() % 3) + ",";
      before.push_back(head + std::to_string(random() % 9) + "\n");
      after.push_back(head + std::to_string(random() % 9) + "\n");
    }
  }
  const auto text = [](const std::vector<std::string>& rows) {
    std::string all = "q,item,rel,score\n";
    for (const std::string& row : rows) {
      all += row;
    }
    return all;
  };
  const auto straight = compare_texts(ranking_set(), text(before), text(after));
  std::shuffle(before.begin(), before.end(), random);
  std::shuffle(after.begin(), after.end(), random);
  const auto turned = compare_texts(ranking_set(), text(before), text(after));
  for (const Metric& metric : straight.metrics) {
    INFO(metric.name);
    CHECK(metric.new_value == metric_of(turned, metric.name).new_value);
    CHECK(metric.ci == metric_of(turned, metric.name).ci);
  }
  REQUIRE(straight.worst.size() == turned.worst.size());
  for (std::size_t i = 0; i < straight.worst.size(); ++i) {
    CHECK(straight.worst[i].key == turned.worst[i].key);
  }
  // Against itself nothing moved.
  const auto same = compare_texts(ranking_set(), text(before), text(before));
  CHECK(same.counts.changed == 0);
  CHECK(metric_of(same, "rank_biased_overlap").new_value.value() == Approx(1.0));
  CHECK(metric_of(same, "ndcg").change == 0.0);
}

TEST_CASE("a ranking that cannot be judged is refused") {
  const std::string negative = "q,item,rel,score\n1,a,-1,1\n";
  CHECK_THROWS_AS(compare_texts(ranking_set(), negative, negative), Error);
  policy::PredictionSet one_key = ranking_set();
  one_key.key = {"item"};
  CHECK_THROWS_AS(compare_texts(one_key, kFirst, kSecond), Error);
}

}  // namespace mlops::diff::test
