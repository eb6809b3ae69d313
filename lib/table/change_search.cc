#include "table/change_search.h"

#include <algorithm>
#include <memory>
#include <span>
#include <unordered_set>

#include <fmt/format.h>

#include "table/key_reader.h"

namespace mlops::table {
namespace {

// Columns of both tables but the key, in the old one's order.
std::vector<std::string> compared_columns(const std::vector<std::string>& old_columns,
                                          const std::vector<std::string>& new_columns,
                                          const std::vector<std::string>& keys) {
  const std::unordered_set<std::string_view> known(new_columns.begin(), new_columns.end());
  const std::unordered_set<std::string_view> key(keys.begin(), keys.end());
  std::vector<std::string> both;
  std::copy_if(
      old_columns.begin(),
      old_columns.end(),
      std::back_inserter(both),
      [&](const std::string& name) { return known.contains(name) && !key.contains(name); });
  return both;
}

// Fields that differ mostly differ in their length or their last byte.
bool are_other_bytes(std::string_view a, std::string_view b) {
  return a.size() != b.size() || (!a.empty() && a.back() != b.back()) || a != b;
}

// Splits the records that differ into cells.
class CellFinder final : public RowVisitor {
 public:
  struct Plan {
    const MatchOptions& match;
    std::vector<std::size_t> old_values;  ///< positions of the compared columns
    std::vector<std::size_t> new_values;
    LineRules old_rules;
    LineRules new_rules;
  };

  CellFinder(const Plan& plan, ChangeSink& sink)
      : plan_(plan),
        sink_(sink),
        old_keys_(plan.match.old_keys, plan.old_rules.delimiter),
        new_keys_(plan.match.new_keys, plan.new_rules.delimiter),
        old_fields_(plan.old_rules.fields),
        new_fields_(plan.new_rules.fields),
        cells_(plan.old_values.size()) {}

  void matched(std::string_view old_record, std::string_view new_record, bool is_same) override {
    if (is_same) {
      return;
    }
    split_record(old_record, plan_.old_rules.delimiter, old_fields_);
    split_record(new_record, plan_.new_rules.delimiter, new_fields_);
    std::size_t count = 0;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const std::string_view before = old_fields_[plan_.old_values[i]];
      const std::string_view after = new_fields_[plan_.new_values[i]];
      cells_[count] = {i, before, after};
      count += are_other_bytes(before, after) ? 1U : 0U;
    }
    if (count > 0) {
      key_.clear();
      for (const std::size_t position : plan_.match.old_keys) {
        key_.push_back(old_fields_[position]);
      }
      sink_.differs(key_, std::span(cells_).first(count));
    }
  }

  void single(TableSide side, std::string_view record) override {
    (side == TableSide::old_table ? old_keys_ : new_keys_).read(record, key_);
    sink_.single(side, key_);
  }

 private:
  const Plan& plan_;
  ChangeSink& sink_;
  KeyReader old_keys_;
  KeyReader new_keys_;
  std::vector<std::string_view> old_fields_;
  std::vector<std::string_view> new_fields_;
  std::vector<CellTexts> cells_;  ///< room for all columns
  KeyTexts key_;
};

// Rows side by side, from align_tables to a sink.
class BatchCells {
 public:
  explicit BatchCells(ChangeSink& sink) : sink_(sink) {}

  void take(const AlignedBatch& batch) {
    for (std::size_t row = 0; row < batch.old_rows.size(); ++row) {
      const bool has_old = batch.old_rows[row] != AlignedBatch::kAbsent;
      const bool has_new = batch.new_rows[row] != AlignedBatch::kAbsent;
      take_key(batch, row);
      if (has_old && has_new) {
        take_pair(batch, row);
      } else {
        sink_.single(has_old ? TableSide::old_table : TableSide::new_table, key_);
      }
    }
  }

 private:
  void take_key(const AlignedBatch& batch, std::size_t row) {
    key_.clear();
    for (const ColumnCells& cells : batch.keys) {
      key_.push_back(cells[row].text);
    }
    if (batch.keys.empty()) {
      row_name_ = fmt::format("row {}", batch.old_rows[row] + 1);
      key_.push_back(row_name_);
    }
  }
  void take_pair(const AlignedBatch& batch, std::size_t row) {
    cells_.clear();
    for (std::size_t i = 0; i < batch.old_columns.size(); ++i) {
      const std::string_view before = batch.old_columns[i][row].text;
      const std::string_view after = batch.new_columns[i][row].text;
      if (before != after) {
        cells_.push_back({i, before, after});
      }
    }
    if (!cells_.empty()) {
      sink_.differs(key_, cells_);
    }
  }

  ChangeSink& sink_;
  KeyTexts key_;
  std::string row_name_;
  std::vector<CellTexts> cells_;
};

}  // namespace

ChangeSummary find_changes_fast(const ChangeRequest& request,
                                const MatchThreads& threads,
                                ChangeSinks& sinks,
                                const CancelToken& cancel) {
  const MappedPair tables = map_pair(request.old_table, request.new_table, request.keys, threads);
  ChangeSummary summary;
  summary.path.why_not = tables.why_not;
  if (!tables.why_not.empty()) {
    return summary;
  }
  const MappedCsv& old_table = *tables.old_table;
  const MappedCsv& new_table = *tables.new_table;
  summary.columns = compared_columns(old_table.columns, new_table.columns, request.keys);
  CellFinder::Plan plan{tables.options,
                        positions_of(summary.columns, old_table.columns),
                        positions_of(summary.columns, new_table.columns),
                        old_table.rules,
                        new_table.rules};
  std::vector<std::unique_ptr<CellFinder>> finders;
  std::vector<RowVisitor*> visitors;
  for (unsigned i = 0; i < tables.options.threads; ++i) {
    ChangeSink& sink = sinks.add();
    sink.set_columns(summary.columns);
    finders.push_back(std::make_unique<CellFinder>(plan, sink));
    visitors.push_back(finders.back().get());
  }
  const MatchedRows rows = match_rows(tables.pair(cancel), visitors);
  summary.path.why_not = rows.why_not;
  if (!rows.why_not.empty()) {
    sinks.clear();
    return summary;
  }
  summary.alignment = tables.alignment(rows);
  summary.path.is_fast = true;
  return summary;
}

std::optional<Alignment> Engine::align_in_any_order(
    const AlignRequest& /*request*/,
    const std::function<void(const AlignedBatch&)>& /*sink*/,
    const CancelToken& /*cancel*/,
    std::string& why_not) {
  why_not = "a reader that knows one order";
  return std::nullopt;
}

std::optional<Alignment> Engine::find_pairs(const AlignRequest& /*request*/,
                                            PairSinks& /*sinks*/,
                                            const CancelToken& /*cancel*/,
                                            std::string& why_not) {
  why_not = "a reader that knows one order";
  return std::nullopt;
}

ChangeSummary Engine::find_changes(const ChangeRequest& request,
                                   ChangeSinks& sinks,
                                   const CancelToken& cancel) {
  AlignRequest aligned;
  aligned.old_table = request.old_table;
  aligned.new_table = request.new_table;
  aligned.keys = request.keys;
  aligned.columns =
      compared_columns(columns(request.old_table), columns(request.new_table), request.keys);
  aligned.duplicates = request.duplicates;
  ChangeSink& sink = sinks.add();
  sink.set_columns(aligned.columns);
  BatchCells cells(sink);
  ChangeSummary summary;
  summary.columns = aligned.columns;
  summary.alignment = align(
      aligned, [&](const AlignedBatch& batch) { cells.take(batch); }, cancel);
  return summary;
}

}  // namespace mlops::table
