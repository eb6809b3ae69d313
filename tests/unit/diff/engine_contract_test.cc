// compare() over DuckDB gives what it gives over the fake engine, and keeps the properties of
// definition B16b there too.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

/// More than one batch of the engine, which holds 2,048 rows.
constexpr int kRows = 2300;
/// One row in so many has a label, all over the batches: only these cost in the bootstrap.
constexpr int kLabelledEvery = 8;

table::Engine& duckdb() {
  static const std::unique_ptr<table::Engine> engine = [] {
    table::EngineOptions options;
    options.library = MLOPS_TEST_DUCKDB;
    options.threads = 2;
    options.memory_bytes = std::uint64_t{512} << 20U;
    return table::Engine::open(options);
  }();
  return *engine;
}

PredictionReport compare_with_duckdb(const policy::PredictionSet& set,
                                     const std::string& old_text,
                                     const std::string& new_text,
                                     std::string_view policy = {}) {
  const mlops::test::TempDir directory;
  mlops::test::write_file(directory / "old.csv", old_text);
  mlops::test::write_file(directory / "new.csv", new_text);
  CompareInput input;
  input.set = set;
  input.old_table = {directory / "old.csv", "old.csv", table::Format::csv};
  input.new_table = {directory / "new.csv", "new.csv", table::Format::csv};
  input.old_name = "v1";
  input.new_name = "v2";
  const auto safeguards =
      policy.empty() ? policy::Safeguards() : policy::parse_safeguards(policy, "safeguards.toml");
  return compare(duckdb(), input, safeguards, CancelToken());
}

std::vector<std::string> random_lines(std::uint32_t seed, const std::string& kind) {
  std::mt19937 random(seed);
  std::vector<std::string> lines;
  for (int id = 0; id < kRows; ++id) {
    // Labels come from the id, so that both versions agree on them.
    std::string label = kind == "numbers" ? std::to_string(id % 97) + ".5"
                                          : std::to_string(id * 7 % 3 == 0 ? 1 : 0);
    if (id % kLabelledEvery != 0) {
      label.clear();
    }
    const std::string value = kind == "numbers" ? std::to_string(random() % 97)
                                                : "0." + std::to_string(100 + random() % 900);
    lines.push_back(std::to_string(id) + "," + label + "," + value + "," +
                    (id % 5 == 0 ? "north" : "south"));
  }
  return lines;
}

std::string lines_of(const std::string& head, const std::vector<std::string>& lines) {
  std::string text = head + "\n";
  for (const std::string& line : lines) {
    text += line + "\n";
  }
  return text;
}

void check_metrics(const std::vector<Metric>& a, const std::vector<Metric>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO(a[i].name);
    CHECK(a[i].old_value == b[i].old_value);
    CHECK(a[i].new_value == b[i].new_value);
    CHECK(a[i].ci == b[i].ci);
    CHECK(a[i].n == b[i].n);
  }
}

/// Digit by digit, but for the file names and findings about them.
void check_same_report(const PredictionReport& a, const PredictionReport& b) {
  CHECK(a.counts.matched == b.counts.matched);
  CHECK(a.counts.only_old == b.counts.only_old);
  CHECK(a.counts.only_new == b.counts.only_new);
  CHECK(a.counts.changed == b.counts.changed);
  CHECK(a.counts.negative_flips == b.counts.negative_flips);
  CHECK(a.counts.positive_flips == b.counts.positive_flips);
  CHECK(a.counts.both_wrong == b.counts.both_wrong);
  CHECK(a.counts.worsened == b.counts.worsened);
  CHECK(a.mcnemar_p == b.mcnemar_p);
  CHECK(a.verdict == b.verdict);
  check_metrics(a.metrics, b.metrics);
  REQUIRE(a.slices.size() == b.slices.size());
  for (std::size_t i = 0; i < a.slices.size(); ++i) {
    CHECK(a.slices[i].value == b.slices[i].value);
    check_metrics(a.slices[i].metrics, b.slices[i].metrics);
  }
  REQUIRE(a.rules.size() == b.rules.size());
  for (std::size_t i = 0; i < a.rules.size(); ++i) {
    CHECK(a.rules[i].name == b.rules[i].name);
    CHECK(a.rules[i].verdict == b.rules[i].verdict);
  }
  REQUIRE(a.worst.size() == b.worst.size());
  for (std::size_t i = 0; i < a.worst.size(); ++i) {
    CHECK(a.worst[i].key == b.worst[i].key);
    CHECK(a.worst[i].loss_change == b.worst[i].loss_change);
  }
}

policy::PredictionSet sliced(policy::PredictionSet set) {
  set.slices = {"region"};
  return set;
}

constexpr const char* kBinaryHead = "id,y,p,region";

}  // namespace

TEST_CASE("both engines give the same report: classes") {
  std::vector<std::string> o = random_lines(1, "classes");
  std::vector<std::string> n = random_lines(2, "classes");
  o.erase(o.begin() + 10, o.begin() + 60);
  n.erase(n.begin() + 1000, n.begin() + 1100);
  const std::string before = lines_of(kBinaryHead, o);
  const std::string after = lines_of(kBinaryHead, n);
  const auto fake = compare_texts(sliced(binary_set()), before, after);
  CHECK(fake.counts.only_old == 100);
  CHECK(fake.counts.only_new == 50);
  check_same_report(fake, compare_with_duckdb(sliced(binary_set()), before, after));
}

TEST_CASE("both engines give the same report: numbers") {
  const std::string before = lines_of("id,y,pred,region", random_lines(3, "numbers"));
  const std::string after = lines_of("id,y,pred,region", random_lines(4, "numbers"));
  check_same_report(compare_texts(sliced(regression_set()), before, after),
                    compare_with_duckdb(sliced(regression_set()), before, after));
}

TEST_CASE("both engines give the same report: row order instead of a key") {
  policy::PredictionSet set = binary_set();
  set.key.clear();
  const std::string before = lines_of(kBinaryHead, random_lines(5, "classes"));
  const std::string after = lines_of(kBinaryHead, random_lines(6, "classes"));
  check_same_report(compare_texts(set, before, after), compare_with_duckdb(set, before, after));
}

TEST_CASE("DuckDB: a table against itself is clean") {
  const std::string text = lines_of(kBinaryHead, random_lines(7, "classes"));
  const auto report = compare_with_duckdb(binary_set(), text, text);
  CHECK(report.verdict == policy::Verdict::pass);
  CHECK(report.counts.matched == kRows);
  CHECK(report.counts.changed == 0);
  CHECK(report.mcnemar_p == 1.0);
}

TEST_CASE("DuckDB: the order of rows changes not a digit, swapping swaps the flips") {
  std::vector<std::string> o = random_lines(8, "classes");
  std::vector<std::string> n = random_lines(9, "classes");
  const std::string before = lines_of(kBinaryHead, o);
  const std::string after = lines_of(kBinaryHead, n);
  const auto straight = compare_with_duckdb(sliced(binary_set()), before, after);
  const auto back = compare_with_duckdb(sliced(binary_set()), after, before);
  CHECK(straight.counts.negative_flips > 0);
  CHECK(straight.counts.negative_flips == back.counts.positive_flips);
  CHECK(straight.counts.positive_flips == back.counts.negative_flips);
  std::shuffle(o.begin(), o.end(), std::mt19937(1));
  std::shuffle(n.begin(), n.end(), std::mt19937(2));
  check_same_report(straight,
                    compare_with_duckdb(
                        sliced(binary_set()), lines_of(kBinaryHead, o), lines_of(kBinaryHead, n)));
}

TEST_CASE("DuckDB: the slices add up to the whole") {
  const auto report = compare_with_duckdb(sliced(binary_set()),
                                          lines_of(kBinaryHead, random_lines(10, "classes")),
                                          lines_of(kBinaryHead, random_lines(11, "classes")));
  std::uint64_t rows = 0;
  std::uint64_t flips = 0;
  for (const Slice& slice : report.slices) {
    rows += slice.n;
    flips += slice.counts.negative_flips;
  }
  CHECK(report.counts.matched == kRows);
  CHECK(rows == (kRows + kLabelledEvery - 1) / kLabelledEvery);
  CHECK(flips == report.counts.negative_flips);
}

TEST_CASE("DuckDB: the ways to treat a key that stands twice") {
  const std::string before = "id,y,p\n1,1,.9\n1,0,.2\n2,1,.8\n3,0,.1\n";
  const std::string after = "id,y,p\n3,0,.1\n1,1,.9\n2,1,.1\n1,0,.7\n";
  const auto with = [&](const std::string& mode) {
    return compare_with_duckdb(
        binary_set(), before, after, "schema = 1\n[diff]\nduplicates = \"" + mode + "\"\n");
  };
  CHECK_THROWS(with("error"));
  const auto occurrence = with("occurrence");
  CHECK(occurrence.counts.matched == 4);
  CHECK(occurrence.counts.negative_flips == 2);
  const auto dropped = with("drop");
  CHECK(dropped.counts.matched == 2);
  CHECK(dropped.counts.negative_flips == 1);
}

}  // namespace mlops::diff::test
