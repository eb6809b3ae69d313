// The property tests of definition B16b: they need no reference.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

struct Row {
  int id;
  std::string tail;
};

std::string text_of(const std::string& head, const std::vector<Row>& rows) {
  std::string text = head + "\n";
  for (const Row& row : rows) {
    text += std::to_string(row.id) + "," + row.tail + "\n";
  }
  return text;
}

/// Two versions of 200 rows of label and probability, from a fixed seed.
std::pair<std::vector<Row>, std::vector<Row>> random_rows(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::pair<std::vector<Row>, std::vector<Row>> rows;
  for (int id = 0; id < 200; ++id) {
    const std::string label = std::to_string(random() % 2);
    rows.first.push_back({id, label + ",0." + std::to_string(100 + random() % 900)});
    rows.second.push_back({id, label + ",0." + std::to_string(100 + random() % 900)});
  }
  return rows;
}

constexpr const char* kHead = "id,y,p";

void check_same(const PredictionReport& a, const PredictionReport& b) {
  REQUIRE(a.metrics.size() == b.metrics.size());
  for (std::size_t i = 0; i < a.metrics.size(); ++i) {
    INFO(a.metrics[i].name);
    // Exactly equal: not a digit may depend on the order of rows.
    CHECK(a.metrics[i].new_value == b.metrics[i].new_value);
    CHECK(a.metrics[i].change == b.metrics[i].change);
    CHECK(a.metrics[i].ci == b.metrics[i].ci);
  }
  REQUIRE(a.worst.size() == b.worst.size());
  for (std::size_t i = 0; i < a.worst.size(); ++i) {
    CHECK(a.worst[i].key == b.worst[i].key);
  }
}

}  // namespace

TEST_CASE("a table against itself is clean") {
  const std::string text = text_of(kHead, random_rows(1).first);
  const auto report = compare_texts(binary_set(), text, text);
  CHECK(report.verdict == policy::Verdict::pass);
  CHECK(report.counts.changed == 0);
  CHECK(report.counts.negative_flips + report.counts.positive_flips == 0);
  CHECK(report.worst.empty());
  CHECK(metric_of(report, "accuracy").change == 0.0);
  CHECK(report.mcnemar_p == 1.0);
}

TEST_CASE("a regression against itself is clean") {
  std::string text = "id,y,pred\n";
  std::mt19937 random(11);
  for (int id = 0; id < 100; ++id) {
    text += std::to_string(id) + "," + std::to_string(random() % 100) + "," +
            std::to_string(random() % 100) + ".5\n";
  }
  const auto report = compare_texts(regression_set(),
                                    text,
                                    text,
                                    "schema = 1\n[[diff.rule]]\nmetric = "
                                    "\"mean_absolute_error\"\nmax_rise = 0\n");
  CHECK(report.verdict == policy::Verdict::pass);
  CHECK(report.counts.changed == 0);
  CHECK(report.counts.worsened + report.counts.improved == 0);
  CHECK(report.worst.empty());
  CHECK(report.findings.empty());
  for (const Metric& metric : report.metrics) {
    INFO(metric.name);
    CHECK(metric.change == 0.0);
  }
}

TEST_CASE("swapping the versions swaps the flips") {
  const auto [o, n] = random_rows(2);
  const auto there = compare_texts(binary_set(), text_of(kHead, o), text_of(kHead, n));
  const auto back = compare_texts(binary_set(), text_of(kHead, n), text_of(kHead, o));
  CHECK(there.counts.negative_flips > 0);
  CHECK(there.counts.negative_flips == back.counts.positive_flips);
  CHECK(there.counts.positive_flips == back.counts.negative_flips);
  CHECK(metric_of(there, "ece").change.value() == -metric_of(back, "ece").change.value());
}

TEST_CASE("the order of rows and columns changes nothing") {
  auto [o, n] = random_rows(3);
  const auto straight = compare_texts(binary_set(), text_of(kHead, o), text_of(kHead, n));
  std::shuffle(o.begin(), o.end(), std::mt19937(5));
  std::shuffle(n.begin(), n.end(), std::mt19937(6));
  // The new table also has its columns the other way round.
  std::string swapped = "p,y,id\n";
  for (const Row& row : n) {
    swapped +=
        row.tail.substr(2) + "," + row.tail.substr(0, 1) + "," + std::to_string(row.id) + "\n";
  }
  check_same(straight, compare_texts(binary_set(), text_of(kHead, o), swapped));
}

TEST_CASE("m planted changes are reported as m") {
  const auto [o, unused] = random_rows(4);
  std::vector<Row> n = o;
  for (int i = 0; i < 17; ++i) {
    const double p = std::stod(n[static_cast<std::size_t>(i * 7)].tail.substr(2));
    n[static_cast<std::size_t>(i * 7)].tail.replace(2, std::string::npos, p >= 0.5 ? "0.1" : "0.9");
  }
  const auto report = compare_texts(binary_set(), text_of(kHead, o), text_of(kHead, n));
  CHECK(report.counts.changed == 17);
  CHECK(report.counts.negative_flips + report.counts.positive_flips == 17);
}

TEST_CASE("scaling labels and predictions scales the errors") {
  std::string before[2] = {"id,y,pred\n", "id,y,pred\n"};
  std::string after[2] = {"id,y,pred\n", "id,y,pred\n"};
  std::mt19937 random(9);
  for (int id = 0; id < 50; ++id) {
    const int y = static_cast<int>(random() % 100);
    const int o = static_cast<int>(random() % 100);
    const int n = static_cast<int>(random() % 100);
    for (int k = 0; k < 2; ++k) {
      const int scale = k == 0 ? 1 : 8;
      before[k] += std::to_string(id) + "," + std::to_string(y * scale) + "," +
                   std::to_string(o * scale) + "\n";
      after[k] += std::to_string(id) + "," + std::to_string(y * scale) + "," +
                  std::to_string(n * scale) + "\n";
    }
  }
  const auto one = compare_texts(regression_set(), before[0], after[0]);
  const auto eight = compare_texts(regression_set(), before[1], after[1]);
  for (const char* name : {"mean_absolute_error", "root_mean_squared_error", "max_error"}) {
    CHECK(metric_of(eight, name).change.value() == Approx(8 * metric_of(one, name).change.value()));
  }
  CHECK(metric_of(eight, "r2").new_value.value() == Approx(metric_of(one, "r2").new_value.value()));
}

}  // namespace mlops::diff::test
