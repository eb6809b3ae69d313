#include "unit/check/check_texts.h"

#include <algorithm>
#include <stdexcept>

#include "base/text.h"
#include "check/profile_file.h"
#include "check/profile_taker.h"
#include "table/cell.h"
#include "table/scanned_rows.h"

namespace mlops::check::test {

table::Source TextTables::add(const std::string& name, std::string_view text) {
  Table table;
  std::vector<std::string_view> lines = split(text, '\n');
  if (lines.back().empty()) {
    lines.pop_back();
  }
  for (const std::string_view line : lines) {
    Row row;
    for (const std::string_view cell : split(line, ',')) {
      row.emplace_back(cell);
    }
    if (table.names.empty()) {
      table.names = row;
    } else {
      table.rows.push_back(row);
    }
  }
  tables_[name] = std::move(table);
  return {name, name, table::Format::csv, table::Compression::none};
}

std::vector<std::string> TextTables::columns(const table::Source& source) {
  return tables_.at(source.name).names;
}

table::Alignment TextTables::align(const table::AlignRequest& /*request*/,
                                   const std::function<void(const table::AlignedBatch&)>& /*sink*/,
                                   const CancelToken& /*cancel*/) {
  throw std::runtime_error("a check aligns nothing");
}

std::uint64_t TextTables::scan(const table::Source& source,
                               const std::vector<table::WantedColumn>& columns,
                               const std::function<void(const table::ScannedRows&)>& sink,
                               const CancelToken& /*cancel*/) {
  ++scans;
  const Table& table = tables_.at(source.name);
  for (std::size_t first = 0; first < table.rows.size(); first += batch) {
    table::ScannedRows rows;
    rows.first = first;
    rows.size = std::min(batch, table.rows.size() - first);
    for (const table::WantedColumn& column : columns) {
      const auto at =
          std::find(table.names.begin(), table.names.end(), column.name) - table.names.begin();
      table::ScannedColumn cells;
      for (std::size_t i = 0; i < rows.size; ++i) {
        cells.push_back(table::parse_cell(table.rows[first + i].at(static_cast<std::size_t>(at))));
      }
      rows.columns.push_back(std::move(cells));
    }
    sink(rows);
  }
  return table.rows.size();
}

std::unique_ptr<table::RowFilter> TextTables::filter(
    const std::string& /*expression*/,
    const std::vector<table::FilterColumn>& /*columns*/,
    const CancelToken& /*cancel*/) {
  throw std::runtime_error("expressions are DuckDB's: tests/cli/check/expressions.sh");
}

policy::Check check_of(std::string_view body) {
  const std::string text = "schema = 1\n[check.c]\ntable = \"t.csv\"\n" + std::string(body);
  return policy::parse_safeguards(text, "safeguards.toml").checks.at(0);
}

Profile profile_of(std::string_view body, std::string_view text) {
  TextTables engine;
  const mlops::test::TempDir scratch;
  CheckSettings settings;
  settings.scratch = scratch.path();
  const TableInput table{"base.csv", {engine.add("base.csv", text)}};
  const Profile::Key key{0x0706050403020100, 0x0F0E0D0C0B0A0908};
  const Profile profile = take_profile(engine, check_of(body), table, key, settings, CancelToken());
  return parse_profile(format_profile(profile), "base.profile.json");
}

CheckReport judge_texts(std::string_view body, const Texts& texts) {
  TextTables engine;
  const mlops::test::TempDir scratch;
  engine.batch = texts.threads > 1 ? 500 : engine.batch;  // of few rows no other thread sees
  CheckInput input;
  input.check = check_of(body);
  input.table = {"t.csv", {engine.add("t.csv", texts.table)}};
  if (!texts.baseline.empty()) {
    input.baseline = TableInput{"base.csv", {engine.add("base.csv", texts.baseline)}};
  } else if (!texts.profiled.empty()) {
    for (const std::string& text : texts.profiled) {
      const Profile one = profile_of(body, text);
      input.profile = input.profile ? sum(*input.profile, one) : one;
    }
  } else if (input.check.baseline) {
    input.baseline_problem = "there is no baseline";
  }
  if (!texts.against.empty()) {
    input.against["valid.csv"] = {"valid.csv", {engine.add("valid.csv", texts.against)}};
  }
  CheckSettings settings;
  settings.scratch = scratch.path();
  settings.memory_bytes = texts.memory_bytes;
  settings.threads = texts.threads;
  settings.now_us = 1'706'702'400'000'000;  // 2024-01-31T12:00:00Z
  return judge(engine, input, settings, CancelToken());
}

const Outcome& outcome_of(const CheckReport& report,
                          std::string_view metric,
                          std::string_view column) {
  for (const Outcome& outcome : report.outcomes) {
    if (outcome.rule.metric == metric && outcome.rule.slice == column) {
      return outcome;
    }
  }
  throw std::runtime_error("no rule " + std::string(metric) + " " + std::string(column));
}

std::vector<std::uint64_t> rows_of(const Outcome& outcome) {
  std::vector<std::uint64_t> rows;
  for (const Example& example : outcome.examples) {
    rows.push_back(example.row);
  }
  return rows;
}

std::string column_x(const std::vector<std::string>& values) {
  return "x\n" + join(values, "\n") + "\n";
}

}  // namespace mlops::check::test
