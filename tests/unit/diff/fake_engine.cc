#include "unit/diff/fake_engine.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/text.h"
#include "table/scanned_rows.h"

namespace mlops::diff::test {
namespace {

table::Cell cell_of(const std::string& text) {
  table::Cell cell;
  cell.text = text;
  if (text.empty()) {
    return cell;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cell.number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  cell.kind = whole ? table::Cell::Kind::number : table::Cell::Kind::text;
  return cell;
}

std::string key_of(const std::vector<std::string>& names,
                   const std::vector<std::string>& row,
                   const std::vector<std::string>& keys) {
  std::string key;
  for (const std::string& name : keys) {
    const auto at = std::find(names.begin(), names.end(), name) - names.begin();
    key += row.at(static_cast<std::size_t>(at)) + '\n';
  }
  return key;
}

}  // namespace

table::Source FakeEngine::add(const std::string& name, std::string_view text) {
  Table table;
  for (const std::string_view line : split(trim(text), '\n')) {
    Row row;
    for (const std::string_view cell : split(trim(line), ',')) {
      row.emplace_back(cell);
    }
    if (table.names.empty()) {
      table.names = row;
    } else {
      table.rows.push_back(row);
    }
  }
  tables_[name] = std::move(table);
  mlops::test::write_file(directory_ / name, text);
  return {directory_ / name, name, table::Format::csv};
}

const FakeEngine::Table& FakeEngine::table_of(const table::Source& source) const {
  return tables_.at(source.path.filename().string());
}

std::vector<std::string> FakeEngine::columns(const table::Source& source) {
  return table_of(source).names;
}

table::Alignment FakeEngine::align(const table::AlignRequest& request,
                                   const std::function<void(const table::AlignedBatch&)>& sink,
                                   const CancelToken& /*cancel*/) {
  const Table& before = table_of(request.old_table);
  const Table& after = table_of(request.new_table);
  std::map<std::string, std::size_t> new_row_of;
  for (std::size_t row = 0; row < after.rows.size(); ++row) {
    const std::string key = request.keys.empty()
                                ? std::to_string(row)
                                : key_of(after.names, after.rows[row], request.keys);
    if (!new_row_of.emplace(key, row).second) {
      throw std::runtime_error("the fake pairs unique keys only");
    }
  }
  std::vector<std::string> columns = request.columns;
  columns.insert(columns.end(), request.optional_columns.begin(), request.optional_columns.end());
  table::AlignedBatch batch;
  batch.keys.resize(request.keys.size());
  batch.old_columns.resize(columns.size());
  batch.new_columns.resize(columns.size());
  const auto put = [](std::vector<table::ColumnCells>& out,
                      const std::vector<std::string>& wanted,
                      const Table& table,
                      const Row* row) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto at = std::find(table.names.begin(), table.names.end(), wanted[i]);
      const bool absent = row == nullptr || at == table.names.end();
      out[i].push_back(absent
                           ? table::Cell{}
                           : cell_of(row->at(static_cast<std::size_t>(at - table.names.begin()))));
    }
  };
  const auto add_row =
      [&](const Row* o, const Row* n, std::uint64_t old_row, std::uint64_t new_row) {
        batch.old_rows.push_back(old_row);
        batch.new_rows.push_back(new_row);
        put(batch.keys, request.keys, o != nullptr ? before : after, o != nullptr ? o : n);
        put(batch.old_columns, columns, before, o);
        put(batch.new_columns, columns, after, n);
      };
  table::Alignment result;
  result.old_rows = before.rows.size();
  result.new_rows = after.rows.size();
  for (std::size_t row = 0; row < before.rows.size(); ++row) {
    const std::string key = request.keys.empty()
                                ? std::to_string(row)
                                : key_of(before.names, before.rows[row], request.keys);
    const auto found = new_row_of.find(key);
    if (found == new_row_of.end()) {
      ++result.only_old;
      add_row(&before.rows[row], nullptr, row, table::AlignedBatch::kAbsent);
      continue;
    }
    ++result.matched;
    add_row(&before.rows[row], &after.rows[found->second], row, found->second);
    new_row_of.erase(found);
  }
  result.only_new = new_row_of.size();
  for (const auto& [key, row] : new_row_of) {
    add_row(nullptr, &after.rows[row], table::AlignedBatch::kAbsent, row);
  }
  const auto missing = [](const Row& names, const Row& from) {
    Row result_names;
    std::copy_if(names.begin(), names.end(), std::back_inserter(result_names), [&](const auto& n) {
      return std::find(from.begin(), from.end(), n) == from.end();
    });
    return result_names;
  };
  result.added_columns = missing(after.names, before.names);
  result.removed_columns = missing(before.names, after.names);
  sink(batch);
  return result;
}

std::uint64_t FakeEngine::scan(const table::Source& /*source*/,
                               const std::vector<table::WantedColumn>& /*columns*/,
                               const std::function<void(const table::ScannedRows&)>& /*sink*/,
                               const CancelToken& /*cancel*/) {
  throw std::runtime_error("the fake does not scan");
}

std::unique_ptr<table::RowFilter> FakeEngine::filter(
    const std::string& /*expression*/,
    const std::vector<table::FilterColumn>& /*columns*/,
    const CancelToken& /*cancel*/) {
  throw std::runtime_error("a diff filters no rows");
}

policy::PredictionSet binary_set() {
  policy::PredictionSet set;
  set.name = "cancer";
  set.path = "out/cancer.csv";
  set.task = policy::Task::classification;
  set.key = {"id"};
  set.label = "y";
  set.probabilities = {{"1", "p"}};
  set.positive = "1";
  return set;
}

policy::PredictionSet regression_set() {
  policy::PredictionSet set;
  set.name = "diabetes";
  set.path = "out/diabetes.csv";
  set.task = policy::Task::regression;
  set.key = {"id"};
  set.label = "y";
  set.prediction = "pred";
  return set;
}

PredictionReport compare_texts(const policy::PredictionSet& set,
                               std::string_view old_text,
                               std::string_view new_text,
                               std::string_view policy,
                               OtherKeys other_keys,
                               std::vector<std::string> searched) {
  FakeEngine engine;
  CompareInput input;
  input.set = set;
  input.old_table = engine.add("old.csv", old_text);
  input.new_table = engine.add("new.csv", new_text);
  input.old_name = "v1";
  input.new_name = "v2";
  input.other_keys = other_keys;
  input.search = std::move(searched);
  const CancelToken cancel;
  const auto safeguards =
      policy.empty() ? policy::Safeguards() : policy::parse_safeguards(policy, "safeguards.toml");
  return compare(engine, input, safeguards, cancel);
}

const Metric& metric_of(const PredictionReport& report, std::string_view name) {
  for (const Metric& metric : report.metrics) {
    if (metric.name == name) {
      return metric;
    }
  }
  throw std::runtime_error("no metric " + std::string(name));
}

const RuleResult& rule_of(const PredictionReport& report,
                          std::string_view metric,
                          std::string_view slice) {
  for (const RuleResult& rule : report.rules) {
    if (rule.metric == metric && rule.slice == slice) {
      return rule;
    }
  }
  throw std::runtime_error("no rule on " + std::string(metric) + " " + std::string(slice));
}

}  // namespace mlops::diff::test
