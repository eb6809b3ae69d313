#include "table/fast_pairs.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "table/line_scanner.h"

namespace mlops::table {
namespace {

using Positions = std::vector<std::size_t>;
constexpr std::size_t kMissing = SIZE_MAX;  ///< of an optional column that is not there

// Where the key and the wanted columns stand in a file.
struct Wanted {
  char delimiter = ',';
  Positions keys;
  Positions values;
  std::size_t fields = 0;  ///< up to the last one that is wanted
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
    places.push_back(found == columns.end() ? kMissing
                                            : static_cast<std::size_t>(found - columns.begin()));
  }
  return true;
}

std::optional<Wanted> find_wanted(const AlignRequest& request,
                                  const MappedCsv& table,
                                  const Positions& keys) {
  Wanted wanted;
  wanted.delimiter = table.rules.delimiter;
  wanted.keys = keys;
  if (!place(request.columns, table.columns, false, wanted.values) ||
      !place(request.optional_columns, table.columns, true, wanted.values)) {
    return std::nullopt;
  }
  for (const Positions* places : {&wanted.keys, &wanted.values}) {
    for (const std::size_t at : *places) {
      wanted.fields = at == kMissing ? wanted.fields : std::max(wanted.fields, at + 1);
    }
  }
  return wanted;
}

// The wanted fields of one record at a time.
class Picked {
 public:
  explicit Picked(const Wanted& wanted)
      : wanted_(wanted),
        all_(wanted.fields),
        keys_(wanted.keys.size()),
        values_(wanted.values.size()) {}

  void take(std::string_view record) {
    split_record(record, wanted_.delimiter, all_);
    pick(wanted_.keys, keys_);
    pick(wanted_.values, values_);
  }
  FieldTexts keys() const { return keys_; }
  FieldTexts values() const { return values_; }

 private:
  void pick(const Positions& places, std::vector<std::string_view>& fields) const {
    for (std::size_t i = 0; i < places.size(); ++i) {
      fields[i] = places[i] == kMissing ? std::string_view() : all_[places[i]];
    }
  }

  const Wanted& wanted_;
  std::vector<std::string_view> all_;
  std::vector<std::string_view> keys_;
  std::vector<std::string_view> values_;
};

// Hands on the wanted fields of the rows that one thread sees.
class FieldPicker final : public RowVisitor {
 public:
  FieldPicker(const Wanted& old_wanted, const Wanted& new_wanted, PairSink& sink)
      : old_(old_wanted), new_(new_wanted), sink_(sink) {}

  void matched(std::string_view old_record, std::string_view new_record, bool is_same) override {
    old_.take(old_record);
    if (is_same) {
      sink_.matched(old_.keys(), old_.values(), old_.values());
      return;
    }
    new_.take(new_record);
    sink_.matched(old_.keys(), old_.values(), new_.values());
  }
  void single(TableSide side, std::string_view record) override {
    Picked& picked = side == TableSide::old_table ? old_ : new_;
    picked.take(record);
    sink_.single(side, picked.keys(), picked.values());
  }

 private:
  Picked old_;
  Picked new_;
  PairSink& sink_;
};

}  // namespace

std::optional<Alignment> find_pairs_fast(const AlignRequest& request,
                                         const MatchThreads& threads,
                                         PairSinks& sinks,
                                         const CancelToken& cancel,
                                         std::string& why_not) {
  const MappedPair tables = map_pair(request.old_table, request.new_table, request.keys, threads);
  why_not = tables.why_not;
  if (!why_not.empty()) {
    return std::nullopt;
  }
  const auto old_wanted = find_wanted(request, *tables.old_table, tables.options.old_keys);
  const auto new_wanted = find_wanted(request, *tables.new_table, tables.options.new_keys);
  if (!old_wanted || !new_wanted) {
    why_not = "a column that is missing";
    return std::nullopt;
  }
  std::vector<std::unique_ptr<FieldPicker>> pickers;
  std::vector<RowVisitor*> visitors;
  for (unsigned i = 0; i < tables.options.threads; ++i) {
    pickers.push_back(std::make_unique<FieldPicker>(*old_wanted, *new_wanted, sinks.add()));
    visitors.push_back(pickers.back().get());
  }
  const MatchedRows rows = match_rows(tables.pair(cancel), visitors);
  why_not = rows.why_not;
  if (!why_not.empty()) {
    return std::nullopt;
  }
  sinks.finish();
  return tables.alignment(rows);
}

}  // namespace mlops::table
