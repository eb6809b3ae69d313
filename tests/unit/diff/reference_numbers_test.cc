// Rows of the reference numbers that no other test of this room shows to their last digit.
#include <cmath>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "diff/calibration.h"
#include "stats/binomial.h"
#include "stats/chi_square.h"
#include "stats/mcnemar.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

// Fairlearn's guide: label, prediction, group.
constexpr const char* kGuide =
    "id,y,m,g\n0,0,0,b\n1,1,0,b\n2,1,1,a\n3,1,0,b\n4,1,1,b\n5,0,1,c\n6,1,1,c\n7,0,0,c\n8,1,0,a\n"
    "9,0,1,a\n10,0,1,c\n11,0,1,a\n12,1,1,b\n13,1,0,c\n14,1,0,c\n15,1,1,b\n16,1,1,c\n17,1,0,c\n";

policy::PredictionSet named_labels() {
  policy::PredictionSet set = binary_set();
  set.probabilities.clear();
  set.prediction = "m";
  return set;
}

/// The figure of each group, and of all rows under the empty name.
std::map<std::string, double> by_group(const std::string& metric) {
  const auto report = compare_texts(named_labels(),
                                    kGuide,
                                    kGuide,
                                    "schema = 1\n[[diff.rule]]\nmetric = \"" + metric +
                                        "\"\nmax = 1\nslices = [\"g\"]\nmin_rows = 1\n");
  std::map<std::string, double> values;
  for (const std::string group : {"", "g=a", "g=b", "g=c"}) {
    values[group] = rule_of(report, metric, group).figure.new_value.value();
  }
  return values;
}

double farthest_from_all(const std::map<std::string, double>& values) {
  double gap = 0;
  for (const auto& [group, value] : values) {
    gap = std::max(gap, std::abs(value - values.at("")));
  }
  return gap;
}

double figure_of(const std::string& metric, const std::string& predictions) {
  const std::string labels = "1001001011";
  std::string text = "id,y,m\n";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    text += std::to_string(i) + "," + labels[i] + "," + predictions[i] + "\n";
  }
  const auto report =
      compare_texts(named_labels(),
                    text,
                    text,
                    "schema = 1\n[[diff.rule]]\nmetric = \"" + metric + "\"\nmax = 9\n");
  return rule_of(report, metric).figure.new_value.value();
}

Approx printed(double value) {
  return Approx(value).epsilon(1e-9).margin(5e-7);
}

struct Norms {
  double l2 = 0;
  double largest = 0;
};

/// Of bins that were made by the same rules as those of ece.
Norms norms_of(const Samples& samples, std::uint32_t count) {
  const auto bins =
      reliability(samples, samples.new_version, select(samples, samples.labelled), count).value();
  Norms norms;
  for (const ReliabilityBin& bin : bins) {
    if (bin.count > 0) {
      const double gap = std::abs(bin.events - bin.confidence) / bin.weight;
      norms.l2 += bin.weight / static_cast<double>(samples.size) * gap * gap;
      norms.largest = std::max(norms.largest, gap);
    }
  }
  norms.l2 = std::sqrt(norms.l2);
  return norms;
}

}  // namespace

TEST_CASE("reference row 1: each group of Fairlearn's guide, and how far it is from all") {
  const auto tpr = by_group("true_positive_rate");
  CHECK(tpr == std::map<std::string, double>{{"", 0.5}, {"g=a", 0.5}, {"g=b", 0.6}, {"g=c", 0.4}});
  CHECK(farthest_from_all(tpr) == printed(0.1));
  const auto fpr = by_group("false_positive_rate");
  CHECK(fpr.at("g=a") == 1);
  CHECK(fpr.at("g=b") == 0);
  CHECK(fpr.at("g=c") == printed(0.666667));
  CHECK(fpr.at("") == printed(0.666667));
  CHECK(farthest_from_all(fpr) == printed(0.666667));
  const auto selected = by_group("selection_rate");
  CHECK(selected.at("g=a") == 0.75);
  CHECK(selected.at("g=b") == 0.5);
  CHECK(selected.at("g=c") == 0.5);
  CHECK(selected.at("") == printed(0.555556));
  CHECK(farthest_from_all(selected) == printed(0.194444));
  CHECK(selected.at("") / selected.at("g=a") == printed(0.740741));
}

TEST_CASE("reference row 3: AIF360's generalized entropy and Theil's index") {
  const std::string flipped = "1000111010";
  CHECK(figure_of("generalized_entropy_error", flipped) == Approx(0.2));
  CHECK(figure_of("theil_index", flipped) == printed(0.277259));
  CHECK(figure_of("theil_index", flipped) == Approx(4 * std::log(2) / 10));
  CHECK(figure_of("generalized_entropy_error", "0110000111") == Approx(0.3));
}

TEST_CASE("reference row 4: McNemar's test by chi-square, with and without correction") {
  const double b = 121;
  const double c = 59;
  const double corrected = (std::abs(b - c) - 1) * (std::abs(b - c) - 1) / (b + c);
  const double plain = (b - c) * (b - c) / (b + c);
  CHECK(corrected == printed(20.672222));
  CHECK(plain == printed(21.355556));
  CHECK(stats::chi_square_tail(corrected, 1) == Approx(5.45009e-6).epsilon(2e-6));
  CHECK(stats::chi_square_tail(plain, 1) == Approx(3.81514e-6).epsilon(2e-6));
  CHECK(stats::mcnemar(121, 59).p == Approx(4.43445e-6).epsilon(2e-6));
}

TEST_CASE("reference row 7: wins to losses that are seen, and the true ratio for 95 % power") {
  struct Row {
    std::uint64_t changed;
    std::uint64_t wins;
    double seen;
    double truth;
  };
  for (const Row& row : {Row{10, 9, 9, 26.195},
                         Row{100, 59, 1.439, 1.972},
                         Row{1000, 527, 1.114, 1.234},
                         Row{10'000, 5083, 1.034, 1.068}}) {
    INFO(row.changed);
    CHECK(static_cast<double>(row.wins) / static_cast<double>(row.changed - row.wins) ==
          Approx(row.seen).margin(5e-4));
    double low = 0.5;
    double high = 1;
    for (int i = 0; i < 60; ++i) {
      const double p = (low + high) / 2;
      (stats::binomial_upper_tail(row.wins, row.changed, p) < 0.95 ? low : high) = p;
    }
    CHECK(low / (1 - low) == Approx(row.truth).margin(5e-4));
  }
}

TEST_CASE("reference row 23: the other norms of torchmetrics' examples") {
  Samples binary;
  binary.size = 5;
  binary.has_labels = true;
  binary.classes = {"0", "1"};
  binary.label = {0, 0, 1, 1, 1};
  binary.probability_class = {1};
  binary.positive_column = 0;
  binary.positive = 1;
  binary.new_version.probabilities = {{.25, .25, .55, .75, .75}};
  binary.labelled = {0, 1, 2, 3, 4};
  CHECK(norms_of(binary, 2).l2 == Approx(0.2918).margin(5e-5));
  CHECK(norms_of(binary, 2).largest == Approx(0.3167).margin(5e-5));
  Samples several;
  several.size = 4;
  several.has_labels = true;
  several.classes = {"0", "1", "2"};
  several.label = {0, 1, 2, 0};
  several.probability_class = {0, 1, 2};
  several.new_version.probabilities = {
      {.25, .55, .10, .90}, {.20, .05, .30, .05}, {.55, .40, .60, .05}};
  several.labelled = {0, 1, 2, 3};
  CHECK(norms_of(several, 3).l2 == Approx(0.2082).margin(5e-5));
  CHECK(norms_of(several, 3).largest == Approx(0.2333).margin(5e-5));
}

TEST_CASE("reference row 27: scikit-learn's discounted gain, cut at four") {
  policy::PredictionSet set;
  set.name = "lists";
  set.path = "out/lists.csv";
  set.task = policy::Task::ranking;
  set.key = {"q", "item"};
  set.label = "rel";
  set.prediction = "s";
  const auto list = [](const char* scores) {
    std::string text = "q,item,rel,s\n";
    const char* const relevance[] = {"10", "0", "0", "1", "5"};
    std::size_t item = 0;
    std::string score;
    for (const char* at = scores;; ++at) {
      if (*at == ' ' || *at == '\0') {
        text += "1," + std::to_string(item) + "," + relevance[item] + "," + score + "\n";
        ++item;
        score.clear();
      } else {
        score += *at;
      }
      if (*at == '\0') {
        return text;
      }
    }
  };
  const auto report = compare_texts(set, list(".1 .2 .3 4 70"), list(".05 1.1 1 .5 0"));
  CHECK(metric_of(report, "ndcg").old_value.value() == Approx(0.69569404).margin(5e-9));
  CHECK(metric_of(report, "ndcg").new_value.value() == Approx(0.49368019).margin(5e-9));
}

}  // namespace mlops::diff::test
