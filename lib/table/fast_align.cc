#include "table/fast_align.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "table/cell.h"
#include "table/mapped_pair.h"

namespace mlops::table {
namespace {

constexpr std::size_t kRowsOfBatch = 2048;

using Positions = std::vector<std::size_t>;

// Where the wanted columns stand in both files; kMissing for an optional one that is not there.
struct Wanted {
  static constexpr std::size_t kMissing = SIZE_MAX;
  Positions old_values;
  Positions new_values;
  std::size_t old_fields = 0;  ///< up to the last one that is wanted
  std::size_t new_fields = 0;
};

bool place(const std::vector<std::string>& names,
           const std::vector<std::string>& columns,
           bool is_optional,
           Positions& places) {
  for (const std::string& name : names) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found == columns.end() && !is_optional) {
      return false;
    }
    places.push_back(found == columns.end() ? Wanted::kMissing
                                            : static_cast<std::size_t>(found - columns.begin()));
  }
  return true;
}

std::size_t fields_for(const Positions& keys, const Positions& values) {
  std::size_t count = 0;
  for (const Positions* places : {&keys, &values}) {
    for (const std::size_t at : *places) {
      count = at == Wanted::kMissing ? count : std::max(count, at + 1);
    }
  }
  return count;
}

std::optional<Wanted> find_wanted(const AlignRequest& request, const MappedPair& tables) {
  Wanted wanted;
  for (const auto& [columns, places] :
       {std::pair{&tables.old_table->columns, &wanted.old_values},
        std::pair{&tables.new_table->columns, &wanted.new_values}}) {
    if (!place(request.columns, *columns, false, *places) ||
        !place(request.optional_columns, *columns, true, *places)) {
      return std::nullopt;
    }
  }
  wanted.old_fields = fields_for(tables.options.old_keys, wanted.old_values);
  wanted.new_fields = fields_for(tables.options.new_keys, wanted.new_values);
  return wanted;
}

// Parses the wanted cells of the rows that one thread sees, and hands them on in batches.
class BatchMaker final : public RowVisitor {
 public:
  BatchMaker(const MappedPair& tables,
             const Wanted& wanted,
             std::mutex& mutex,
             const std::function<void(const AlignedBatch&)>& sink)
      : tables_(tables),
        wanted_(wanted),
        mutex_(mutex),
        sink_(sink),
        old_fields_(wanted.old_fields),
        new_fields_(wanted.new_fields) {
    batch_.keys.resize(tables.options.old_keys.size());
    batch_.old_columns.resize(wanted.old_values.size());
    batch_.new_columns.resize(wanted.new_values.size());
  }

  void matched(std::string_view old_record, std::string_view new_record, bool is_same) override {
    take_old(old_record);
    if (is_same) {
      // Parsed once: a row of the same bytes has the same cells.
      for (std::size_t i = 0; i < batch_.new_columns.size(); ++i) {
        batch_.new_columns[i].push_back(batch_.old_columns[i].back());
      }
    } else {
      take_new(new_record);
    }
    end_row(0, 0);
  }

  void single(TableSide side, std::string_view record) override {
    const bool is_old = side == TableSide::old_table;
    if (is_old) {
      take_old(record);
    } else {
      take_new(record);
      take_keys(new_fields_, tables_.options.new_keys);
    }
    for (ColumnCells& cells : is_old ? batch_.new_columns : batch_.old_columns) {
      cells.emplace_back();
    }
    end_row(is_old ? 0 : AlignedBatch::kAbsent, is_old ? AlignedBatch::kAbsent : 0);
  }

  void flush() {
    if (!batch_.old_rows.empty()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      sink_(batch_);
    }
    batch_.old_rows.clear();
    batch_.new_rows.clear();
    for (auto* columns : {&batch_.keys, &batch_.old_columns, &batch_.new_columns}) {
      for (ColumnCells& cells : *columns) {
        cells.clear();
      }
    }
  }

 private:
  static void take(const std::vector<std::string_view>& fields,
                   const Positions& places,
                   std::vector<ColumnCells>& columns) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      columns[i].push_back(places[i] == Wanted::kMissing ? Cell{} : parse_cell(fields[places[i]]));
    }
  }
  void take_keys(const std::vector<std::string_view>& fields, const Positions& places) {
    take(fields, places, batch_.keys);
  }
  void take_old(std::string_view record) {
    split_record(record, tables_.old_table->rules.delimiter, old_fields_);
    take(old_fields_, wanted_.old_values, batch_.old_columns);
    take_keys(old_fields_, tables_.options.old_keys);
  }
  void take_new(std::string_view record) {
    split_record(record, tables_.new_table->rules.delimiter, new_fields_);
    take(new_fields_, wanted_.new_values, batch_.new_columns);
  }
  void end_row(std::uint64_t old_row, std::uint64_t new_row) {
    batch_.old_rows.push_back(old_row);
    batch_.new_rows.push_back(new_row);
    if (batch_.old_rows.size() == kRowsOfBatch) {
      flush();
    }
  }

  const MappedPair& tables_;
  const Wanted& wanted_;
  std::mutex& mutex_;
  const std::function<void(const AlignedBatch&)>& sink_;
  std::vector<std::string_view> old_fields_;
  std::vector<std::string_view> new_fields_;
  AlignedBatch batch_;
};

}  // namespace

std::optional<Alignment> align_fast(const AlignRequest& request,
                                    const MatchThreads& threads,
                                    const std::function<void(const AlignedBatch&)>& sink,
                                    const CancelToken& cancel,
                                    std::string& why_not) {
  const MappedPair tables = map_pair(request.old_table, request.new_table, request.keys, threads);
  why_not = tables.why_not;
  if (!why_not.empty()) {
    return std::nullopt;
  }
  const std::optional<Wanted> wanted = find_wanted(request, tables);
  if (!wanted) {
    why_not = "a column that is missing";
    return std::nullopt;
  }
  std::mutex mutex;
  std::vector<std::unique_ptr<BatchMaker>> makers;
  std::vector<RowVisitor*> visitors;
  for (unsigned i = 0; i < tables.options.threads; ++i) {
    makers.push_back(std::make_unique<BatchMaker>(tables, *wanted, mutex, sink));
    visitors.push_back(makers.back().get());
  }
  const MatchedRows rows = match_rows(tables.pair(cancel), visitors);
  why_not = rows.why_not;
  if (!why_not.empty()) {
    return std::nullopt;
  }
  for (const std::unique_ptr<BatchMaker>& maker : makers) {
    maker->flush();
  }
  return tables.alignment(rows);
}

}  // namespace mlops::table
