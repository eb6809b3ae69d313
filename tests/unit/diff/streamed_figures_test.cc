// Figures over sums, read by the mapped reader in many small parts: as over rows, in any order, by
// one thread and by several.
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "diff/collect_sums.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

constexpr std::size_t kPartBytes = std::size_t{16} << 10U;

std::unique_ptr<table::Engine> open(unsigned threads, table::EngineOptions::Reader reader) {
  table::EngineOptions options;
  options.library = MLOPS_TEST_DUCKDB;
  options.threads = threads;
  options.memory_bytes = std::uint64_t{512} << 20U;
  options.part_bytes = kPartBytes;
  options.reader = reader;
  return table::Engine::open(options);
}

std::string text(std::optional<double> value) {
  return value ? fmt::format("{}", *value) : "none";
}

std::string text(const Counts& counts) {
  return fmt::format("{} {} {} {} {} {} {}",
                     counts.matched,
                     counts.only_old,
                     counts.only_new,
                     counts.changed,
                     counts.negative_flips,
                     counts.positive_flips,
                     counts.both_wrong);
}

std::string text(const Metric& metric) {
  return fmt::format("{} {} {} {} [{} {}]",
                     metric.name,
                     text(metric.old_value),
                     text(metric.new_value),
                     metric.n,
                     text(metric.ci ? std::optional(metric.ci->low) : std::nullopt),
                     text(metric.ci ? std::optional(metric.ci->high) : std::nullopt));
}

/// All figures of a report, to the last digit.
std::vector<std::string> figures(const PredictionReport& report) {
  std::vector<std::string> lines{text(report.counts), text(report.mcnemar_p)};
  for (const Metric& metric : report.metrics) {
    lines.push_back(text(metric));
  }
  for (const Slice& slice : report.slices) {
    lines.push_back(slice.column + "=" + slice.value + " " + text(slice.counts));
    for (const Metric& metric : slice.metrics) {
      lines.push_back(text(metric));
    }
  }
  for (const Transition& one : report.transitions) {
    lines.push_back(fmt::format("{}->{} {}", one.old_label, one.new_label, one.count));
  }
  for (const CalibrationBin& bin : report.calibration) {
    lines.push_back(fmt::format("{} {} {}", bin.new_count, bin.new_confidence, bin.new_accuracy));
  }
  for (const WorstRow& row : report.worst) {
    lines.push_back(fmt::format("{} {} {}", row.key, row.label, row.loss_change));
  }
  return lines;
}

struct Tables {
  std::string before = "id,y,p,country\n";
  std::string after = before;
  std::string shuffled = before;
};

Tables make_tables() {
  std::mt19937 random(11);
  std::vector<std::string> lines;
  Tables pair;
  for (std::uint64_t id = 0; id < kFewRows + 900; ++id) {
    const char* const country = std::vector<const char*>{"DE", "ES", "FR"}[random() % 3];
    const auto line = [&] {
      return fmt::format("{},{},0.{:04},{}\n", id, id % 2, random() % 10000, country);
    };
    pair.before += line();
    lines.push_back(line());
    pair.after += lines.back();
  }
  std::shuffle(lines.begin(), lines.end(), random);
  for (const std::string& line : lines) {
    pair.shuffled += line;
  }
  return pair;
}

}  // namespace

TEST_CASE("figures of shuffled rows are those of rows in order, by one thread and by two") {
  const Tables pair = make_tables();
  const mlops::test::TempDir directory;
  mlops::test::write_file(directory / "old.csv", pair.before);
  mlops::test::write_file(directory / "new.csv", pair.after);
  mlops::test::write_file(directory / "shuffled.csv", pair.shuffled);
  policy::PredictionSet set = binary_set();
  set.slices = {"country"};
  const auto compared =
      [&](const char* new_name, unsigned threads, table::EngineOptions::Reader reader) {
        CompareInput input;
        input.set = set;
        input.old_table = {directory / "old.csv", "old.csv", table::Format::csv};
        input.new_table = {directory / new_name, "new.csv", table::Format::csv};
        return compare(*open(threads, reader), input, policy::Safeguards(), CancelToken());
      };
  const auto general = compared("new.csv", 1, table::EngineOptions::Reader::general);
  REQUIRE_FALSE(general.path.is_fast);
  const std::vector<std::string> wanted = figures(general);
  REQUIRE(wanted.size() > 50);
  for (const char* const name : {"new.csv", "shuffled.csv"}) {
    for (const unsigned threads : {1U, 2U, 4U}) {
      INFO(name << " with " << threads);
      const auto report = compared(name, threads, table::EngineOptions::Reader::fast_where_it_can);
      CHECK(report.path.is_fast);
      CHECK(figures(report) == wanted);
    }
  }
}

}  // namespace mlops::diff::test
