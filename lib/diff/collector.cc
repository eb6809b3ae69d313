#include "diff/collector.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/cells.h"
#include "diff/row_order.h"
#include "diff/tolerance.h"

namespace mlops::diff {
namespace {

bool is_row_of_both(const table::AlignedBatch& batch, std::size_t row) {
  return batch.old_rows[row] != table::AlignedBatch::kAbsent &&
         batch.new_rows[row] != table::AlignedBatch::kAbsent;
}

bool is_finite_cell(const table::Cell& cell) {
  return cell.kind == table::Cell::Kind::text ||
         (cell.kind == table::Cell::Kind::number && std::isfinite(cell.number));
}

}  // namespace

Collector::Collector(const ColumnPlan& plan,
                     const policy::PredictionSet& set,
                     const policy::DiffDefaults& defaults,
                     const ListedRows& rows)
    : plan_(plan),
      classes_(plan, set, plan.request.old_table, plan.request.new_table),
      tolerance_(tolerance_of(defaults, set.prediction.value_or(""))),
      worst_(rows.worst),
      changed_(rows.changed),
      slices_(slice_values_of(plan)),
      units_(plan, set, tolerance_, worst_, changed_, out_) {
  out_.samples.task = set.task;
  out_.samples.has_labels = plan.label.has_value();
  out_.seen.slice_differences.resize(plan.first_searched);
  out_.searched = plan.searched;
  for (const PlannedNumber& one : plan.numbers) {
    out_.samples.numbers.push_back({one.side, one.column.name, {}, {}, false});
  }
  old_version().probabilities.resize(plan.probabilities.size());
  new_version().probabilities.resize(plan.probabilities.size());
}

void Collector::take(const table::AlignedBatch& batch) {
  for (std::size_t row = 0; row < batch.old_rows.size(); ++row) {
    if (is_row_of_both(batch, row)) {
      take({batch, row});
    } else {
      take_single({batch, row});
    }
  }
}

void Collector::take(const RowRef& at) {
  const std::uint64_t hash = key_hash(at);
  check_room();
  hashes_.push_back(hash);
  take_label_check(at, hash);
  take_slices(at);
  take_weight(at);
  take_number_columns(at);
  if (const auto task = out_.samples.task;
      task != policy::Task::regression && task != policy::Task::classification) {
    take_unit(at, hash);
    return;
  }
  if (plan_.prediction) {
    const table::Cell& o = old_cell(at, *plan_.prediction);
    const table::Cell& n = new_cell(at, *plan_.prediction);
    out_.seen.new_nonfinite += is_finite_cell(o) && !is_finite_cell(n) ? 1U : 0U;
    const bool both = o.kind != table::Cell::Kind::null && n.kind != table::Cell::Kind::null;
    out_.seen.prediction_kind_changes += both && o.kind != n.kind ? 1U : 0U;
  }
  for (const PlannedColumn& column : plan_.probabilities) {
    const bool lost = is_finite_cell(old_cell(at, column)) && !is_finite_cell(new_cell(at, column));
    out_.seen.new_nonfinite += lost ? 1U : 0U;
  }
  if (out_.samples.task == policy::Task::regression) {
    take_numbers(at, hash);
  } else {
    take_classes(at, hash);
  }
}

/// What only one table has; its label and prediction are as the file has them.
void Collector::list_single(const RowRef& at) {
  changed_.offer(at, [&](ChangedRow& row) {
    const bool is_old = at.batch.new_rows[at.row] == table::AlignedBatch::kAbsent;
    const auto text = [&](const std::optional<PlannedColumn>& column) {
      const auto& cells = is_old ? at.batch.old_columns : at.batch.new_columns;
      return column ? std::string(cells[column->index][at.row].text) : std::string();
    };
    row.kind = is_old ? ChangedRow::Kind::only_old : ChangedRow::Kind::only_new;
    row.label = text(plan_.label);
    (is_old ? row.old_prediction : row.new_prediction) = text(plan_.prediction);
    row.extra = extra_cells(at, plan_.extra);
  });
}

void Collector::list_numbers(const RowRef& at, double o, double n) {
  changed_.offer(at, [&](ChangedRow& row) {
    row.label = plan_.label ? std::string(known_cell(at, *plan_.label).text) : "";
    row.old_prediction = old_cell(at, *plan_.prediction).text;
    row.new_prediction = new_cell(at, *plan_.prediction).text;
    row.old_score = o;
    row.new_score = n;
    row.extra = extra_cells(at, plan_.extra);
  });
}

/// A text may be any, but not none where there was one.
void Collector::take_unit(const RowRef& at, std::uint64_t hash) {
  out_.samples.changed.push_back(0);
  if (plan_.prediction) {
    const bool lost = old_cell(at, *plan_.prediction).kind != table::Cell::Kind::null &&
                      new_cell(at, *plan_.prediction).kind == table::Cell::Kind::null;
    out_.seen.new_nonfinite += lost ? 1U : 0U;
  }
  units_.take(at, hash);
}

void Collector::take_single(const RowRef& at) {
  list_single(at);
  singles_.offer(key_hash(at), [&] { return key_text(at); });
}

/// Rows are numbered in 32 bits from here on.
void Collector::check_room() const {
  if (hashes_.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::config,
                fmt::format("{} and {} have more than {} rows in common",
                            quote(plan_.request.old_table.name),
                            quote(plan_.request.new_table.name),
                            std::numeric_limits<std::uint32_t>::max()));
  }
}

void Collector::take_label_check(const RowRef& at, std::uint64_t hash) {
  if (!plan_.label || !plan_.label->in_old || !plan_.label->in_new) {
    return;
  }
  const table::Cell& o = old_cell(at, *plan_.label);
  const table::Cell& n = new_cell(at, *plan_.label);
  if (table::same_value(o, n)) {
    return;
  }
  ++out_.seen.label_mismatches;
  mismatch_.offer(
      hash, [&] { return fmt::format("{}: {} -> {}", key_text(at), cell_text(o), cell_text(n)); });
}

void Collector::take_slices(const RowRef& at) {
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const PlannedColumn& column = plan_.slices[i];
    slices_[i].add(known_cell(at, column));
    const bool differs = column.in_old && column.in_new &&
                         !table::same_value(old_cell(at, column), new_cell(at, column));
    if (i < plan_.first_searched) {
      out_.seen.slice_differences[i] += differs ? 1U : 0U;
    }
  }
}

void Collector::take_weight(const RowRef& at) {
  if (!plan_.weight) {
    return;
  }
  const Side side = plan_.weight->in_old ? Side::old_version : Side::new_version;
  const table::Source& source =
      plan_.weight->in_old ? plan_.request.old_table : plan_.request.new_table;
  const double weight =
      number_of(known_cell(at, *plan_.weight), at, plan_.weight->name, side, source);
  if (!(weight >= 0) || std::isinf(weight)) {
    throw Error(ErrorKind::config,
                fmt::format("{}: the weight of {} is not a number of at least 0",
                            quote(source.name),
                            quote(key_text(at))));
  }
  out_.samples.weight.push_back(weight);
}

void Collector::take_number_columns(const RowRef& at) {
  for (std::size_t i = 0; i < plan_.numbers.size(); ++i) {
    const PlannedNumber& planned = plan_.numbers[i];
    const table::Cell& cell = planned.side == Side::old_version ? old_cell(at, planned.column)
                                                                : new_cell(at, planned.column);
    NumberColumn& column = out_.samples.numbers[i];
    column.value.push_back(cell.number);
    column.is_null.push_back(cell.kind == table::Cell::Kind::null ? 1 : 0);
    column.has_text = column.has_text || cell.kind == table::Cell::Kind::text;
  }
}

void Collector::take_numbers(const RowRef& at, std::uint64_t hash) {
  const std::string& column = plan_.prediction->name;
  const double o = number_of(
      old_cell(at, *plan_.prediction), at, column, Side::old_version, plan_.request.old_table);
  const double n = number_of(
      new_cell(at, *plan_.prediction), at, column, Side::new_version, plan_.request.new_table);
  old_version().value.push_back(o);
  new_version().value.push_back(n);
  if (!within(tolerance_, o, n)) {
    ++out_.seen.changed;
    list_numbers(at, o, n);
  }
  if (!plan_.label) {
    offer_number_row(at, hash, within(tolerance_, o, n) ? 0 : std::abs(n - o), o, n);
    return;
  }
  const Side side = plan_.label->in_old ? Side::old_version : Side::new_version;
  const double y =
      number_of(known_cell(at, *plan_.label),
                at,
                plan_.label->name,
                side,
                plan_.label->in_old ? plan_.request.old_table : plan_.request.new_table);
  out_.samples.target.push_back(y);
  const bool lost = std::isfinite(o) && !std::isfinite(n) && std::isfinite(y);
  const double growth =
      lost ? std::numeric_limits<double>::infinity() : std::abs(n - y) - std::abs(o - y);
  offer_number_row(at, hash, growth, o, n);
}

void Collector::offer_number_row(
    const RowRef& at, std::uint64_t hash, double growth, double o, double n) {
  if (!(growth > 0) || !worst_.wants({false, 0, growth, hash})) {
    return;
  }
  worst_.offer({false, 0, growth, hash}, [&] {
    WorstRow row;
    row.key = key_text(at);
    row.label = plan_.label ? cell_text(known_cell(at, *plan_.label)) : "";
    row.old_prediction = cell_text(old_cell(at, *plan_.prediction));
    row.new_prediction = cell_text(new_cell(at, *plan_.prediction));
    row.old_score = o;
    row.new_score = n;
    row.loss_change = growth;
    row.extra = extra_cells(at, plan_.extra);
    return row;
  });
}

/// Rows in the order of their keys' hashes: sums, draws and reports then do not depend on the order
/// in the files.
void Collector::sort_rows() {
  Samples& s = out_.samples;
  const std::vector<std::uint32_t> order = ascending(hashes_);
  permute(hashes_, order);
  s.row_hash = std::move(hashes_);
  permute(s.label, order);
  permute(s.target, order);
  permute(s.weight, order);
  for (Version* version : {&s.old_version, &s.new_version}) {
    permute(version->prediction, order);
    permute(version->value, order);
    for (auto& column : version->probabilities) {
      permute(column, order);
    }
  }
  permute_units(s, order);
  for (SliceColumn& column : s.columns) {
    permute(column.codes, order);
  }
  for (NumberColumn& column : s.numbers) {
    permute(column.value, order);
    permute(column.is_null, order);
  }
}

Collected Collector::finish(table::Alignment alignment) {
  Samples& s = out_.samples;
  out_.seen.alignment = std::move(alignment);
  out_.seen.single_keys = singles_.texts();
  out_.seen.first_mismatch = mismatch_.first();
  s.size = hashes_.size();
  out_.worst = worst_.take();
  out_.changed_rows = changed_.take();
  out_.changed_rows_left_out = changed_.seen() - out_.changed_rows.size();
  if (s.task == policy::Task::classification) {
    finish_classes();
  }
  for (SliceValues& slice : slices_) {
    s.columns.push_back(slice.finish());
  }
  sort_rows();
  for (std::uint32_t row = 0; row < s.size; ++row) {
    const bool none = (!s.label.empty() && s.label[row] == kNoCode) ||
                      (!s.target.empty() && std::isnan(s.target[row]));
    if (!none) {
      s.labelled.push_back(row);
    }
  }
  out_.seen.unlabelled = s.size - s.labelled.size();
  return std::move(out_);
}

}  // namespace mlops::diff
