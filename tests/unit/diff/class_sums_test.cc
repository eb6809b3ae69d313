#include "diff/class_sums.h"

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "diff/class_totals.h"
#include "diff/metrics.h"

namespace mlops::diff {
namespace {

/// Rows of a binary classification as columns, as samples of rows hold them.
Samples random_rows(std::size_t size) {
  std::mt19937 random(3);
  Samples samples;
  samples.size = size;
  samples.has_labels = true;
  samples.classes = {"0", "1"};
  samples.probability_class = {1};
  samples.positive_column = 0;
  samples.positive = 1;
  samples.old_version.probabilities.resize(1);
  samples.new_version.probabilities.resize(1);
  for (std::uint32_t row = 0; row < size; ++row) {
    samples.label.push_back(static_cast<std::uint32_t>(random() % 2));
    samples.labelled.push_back(row);
    for (Version* version : {&samples.old_version, &samples.new_version}) {
      // Of many sizes: a sum that rounds depends on the order.
      const double p = static_cast<double>(random() % 1000) / (random() % 2 == 0 ? 1e3 : 1e9);
      version->probabilities[0].push_back(p);
      version->prediction.push_back(p >= 0.5 ? 1 : 0);
    }
  }
  return samples;
}

ClassSums sums_over(const Samples& samples, const std::vector<std::uint32_t>& rows) {
  const ProbabilityColumns columns{samples.probability_class, samples.positive_column};
  ClassSums sums;
  for (const std::uint32_t row : rows) {
    sums.add(Answers{samples.label[row],
                     samples.old_version.prediction[row],
                     samples.new_version.prediction[row]});
    for (const Version* version : {&samples.old_version, &samples.new_version}) {
      const auto p = [&](std::size_t column) { return version->probabilities[column][row]; };
      sums.of(samples.side_of(*version))
          .add(forecast_of(columns, samples.label[row], p),
               squared_error_of(columns, samples.label[row], p));
    }
  }
  return sums;
}

constexpr auto kAsItIs = [](std::uint32_t code) { return code; };

}  // namespace

TEST_CASE("every metric of sums has the digits that it has of rows, in any order and parts") {
  const Samples rows = random_rows(3000);
  std::vector<std::uint32_t> order = rows.labelled;
  std::mt19937 random(9);
  std::shuffle(order.begin(), order.end(), random);
  ClassSums sums = sums_over(rows, {order.begin(), order.begin() + 700});
  sums.add(sums_over(rows, {order.begin() + 700, order.end()}), kAsItIs);
  REQUIRE(sums.rows() == rows.size);
  std::size_t compared = 0;
  for (const MetricDefinition& metric : metric_definitions()) {
    if (is_sum(metric) && missing_for(metric, rows).empty()) {
      INFO(metric.name);
      const OldNew of_rows = evaluate(metric, rows, select_labelled(rows));
      const OldNew of_sums = evaluate(metric, rows, {{}, {}, &sums});
      CHECK(of_rows.new_value.has_value());
      CHECK(of_sums.old_value == of_rows.old_value);
      CHECK(of_sums.new_value == of_rows.new_value);
      ++compared;
    }
  }
  CHECK(compared > 15);
}

TEST_CASE("one probability that is none leaves the sums without a figure") {
  Samples rows = random_rows(50);
  rows.new_version.probabilities[0][17] = 1.5;
  const ClassSums sums = sums_over(rows, rows.labelled);
  for (const char* const name : {"ece", "brier_score"}) {
    const OldNew figure = evaluate(*find_metric(name), rows, {{}, {}, &sums});
    CHECK(figure.old_value.has_value());
    CHECK_FALSE(figure.new_value.has_value());
  }
}

TEST_CASE("sums keep the answers that are none apart from the classes") {
  ClassSums sums;
  sums.add(Answers{3, kNoCode, kOtherCode});
  sums.add(Answers{kNoCode, 0, ClassSums::kMostClasses - 1});
  std::vector<Answers> found;
  sums.each([&](const Answers& answers, std::uint64_t count) {
    CHECK(count == 1);
    found.push_back(answers);
  });
  REQUIRE(found.size() == 2);
  CHECK(found[0].label == kNoCode);
  CHECK(found[0].after == ClassSums::kMostClasses - 1);
  CHECK(found[1].before == kNoCode);
  CHECK(found[1].after == kOtherCode);
}

}  // namespace mlops::diff
