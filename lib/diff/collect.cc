#include "diff/collect.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/cells.h"
#include "diff/changed_rows.h"
#include "diff/ranking.h"
#include "diff/row_order.h"
#include "diff/row_reader.h"
#include "diff/seen_codes.h"
#include "diff/slice_values.h"
#include "diff/tolerance.h"
#include "diff/unit_collector.h"
#include "diff/worst.h"

namespace mlops::diff {
namespace {

constexpr double kSmallest = 1e-15;

bool is_row_of_both(const table::AlignedBatch& batch, std::size_t row) {
  return batch.old_rows[row] != table::AlignedBatch::kAbsent &&
         batch.new_rows[row] != table::AlignedBatch::kAbsent;
}

bool is_finite_cell(const table::Cell& cell) {
  return cell.kind == table::Cell::Kind::text ||
         (cell.kind == table::Cell::Kind::number && std::isfinite(cell.number));
}

class Collector {
 public:
  Collector(const ColumnPlan& plan,
            const policy::PredictionSet& set,
            const policy::DiffDefaults& defaults,
            const ListedRows& rows)
      : plan_(plan),
        classes_(plan, set, plan.request.old_table, plan.request.new_table),
        tolerance_(tolerance_of(defaults, set.prediction.value_or(""))),
        worst_(rows.worst),
        changed_(rows.changed),
        units_(plan, set, tolerance_, worst_, changed_, out_) {
    out_.samples.task = set.task;
    out_.samples.has_labels = plan.label.has_value();
    out_.seen.slice_differences.resize(plan.first_searched);
    out_.searched = plan.searched;
    for (std::size_t i = 0; i < plan.slices.size(); ++i) {
      slices_.emplace_back(
          plan.slices[i].name,
          i < plan.first_searched ? SliceValues::TooMany::refuse : SliceValues::TooMany::give_up);
    }
    old_version().probabilities.resize(plan.probabilities.size());
    new_version().probabilities.resize(plan.probabilities.size());
  }

  void take(const table::AlignedBatch& batch) {
    for (std::size_t row = 0; row < batch.old_rows.size(); ++row) {
      if (is_row_of_both(batch, row)) {
        take({batch, row});
      } else {
        take_single({batch, row});
      }
    }
  }
  Collected finish(table::Alignment alignment);

 private:
  Version& old_version() { return out_.samples.old_version; }
  Version& new_version() { return out_.samples.new_version; }
  void take(const RowRef& at);
  void take_single(const RowRef& at);
  void take_unit(const RowRef& at, std::uint64_t hash);
  void take_label_check(const RowRef& at, std::uint64_t hash);
  void check_room() const;
  void take_slices(const RowRef& at);
  void take_weight(const RowRef& at);
  void list_single(const RowRef& at);
  void list_numbers(const RowRef& at, double o, double n);
  void list_classes(const RowRef& at,
                    std::optional<std::uint32_t> label,
                    const ClassAnswer& o,
                    const ClassAnswer& n);
  void take_numbers(const RowRef& at, std::uint64_t hash);
  void offer_number_row(const RowRef& at, std::uint64_t hash, double growth, double o, double n);
  void take_classes(const RowRef& at, std::uint64_t hash);
  void offer_class_row(const RowRef& at,
                       std::uint64_t hash,
                       std::uint32_t label,
                       const ClassAnswer& o,
                       const ClassAnswer& n);
  void finish_classes();
  void name_new_and_vanished(const std::function<std::uint32_t(std::uint32_t)>& settle);
  void sort_rows();

  const ColumnPlan& plan_;
  ClassReader classes_;
  policy::Tolerance tolerance_;
  WorstRows worst_;
  ChangedRows changed_;
  std::vector<SliceValues> slices_;
  std::vector<std::uint64_t> hashes_;
  std::set<std::pair<std::uint64_t, std::string>> singles_;  ///< by hash, at most as many as shown
  std::uint64_t mismatch_hash_ = std::numeric_limits<std::uint64_t>::max();
  SeenCodes old_predicted_;
  SeenCodes new_predicted_;
  SeenCodes labels_seen_;
  ClassAnswer old_answer_;  ///< of the current row
  ClassAnswer new_answer_;
  Collected out_;
  UnitCollector units_;
};

void Collector::take(const RowRef& at) {
  const std::uint64_t hash = key_hash(at);
  check_room();
  hashes_.push_back(hash);
  take_label_check(at, hash);
  take_slices(at);
  take_weight(at);
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

void Collector::list_classes(const RowRef& at,
                             std::optional<std::uint32_t> label,
                             const ClassAnswer& o,
                             const ClassAnswer& n) {
  changed_.offer(at, [&](ChangedRow& row) {
    const auto text = [&](std::uint32_t code) {
      return code == kNoCode ? std::string() : classes_.text(code);
    };
    const auto score = [&](const ClassAnswer& answer) -> std::optional<double> {
      const auto positive = classes_.positive_column();
      return positive ? std::optional(answer.probabilities[*positive]) : std::nullopt;
    };
    if (label) {
      const bool before = classes_.is_right(o.prediction, *label);
      const bool after = classes_.is_right(n.prediction, *label);
      row.kind = before && !after   ? ChangedRow::Kind::negative_flip
                 : after && !before ? ChangedRow::Kind::positive_flip
                                    : ChangedRow::Kind::changed;
      row.label = text(*label);
    }
    row.old_prediction = text(o.prediction);
    row.new_prediction = text(n.prediction);
    row.old_score = score(o);
    row.new_score = score(n);
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
  const std::uint64_t hash = key_hash(at);
  if (singles_.size() < kSingleKeysShown || hash < singles_.rbegin()->first) {
    singles_.emplace(hash, key_text(at));
    if (singles_.size() > kSingleKeysShown) {
      singles_.erase(std::prev(singles_.end()));
    }
  }
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
  if (hash < mismatch_hash_ || out_.seen.first_mismatch.empty()) {
    mismatch_hash_ = hash;
    out_.seen.first_mismatch =
        fmt::format("{}: {} -> {}", key_text(at), cell_text(o), cell_text(n));
  }
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

void Collector::take_classes(const RowRef& at, std::uint64_t hash) {
  classes_.answer(at, Side::old_version, old_answer_);
  classes_.answer(at, Side::new_version, new_answer_);
  const ClassAnswer& o = old_answer_;
  const ClassAnswer& n = new_answer_;
  Observations& seen = out_.seen;
  seen.outside_old += o.outside ? 1U : 0U;
  seen.outside_new += n.outside ? 1U : 0U;
  seen.sum_off_old += o.sum_off ? 1U : 0U;
  seen.sum_off_new += n.sum_off ? 1U : 0U;
  seen.ties += n.tie ? 1U : 0U;
  const std::optional<std::uint32_t> label =
      plan_.label ? std::optional(classes_.label(known_cell(at, *plan_.label))) : std::nullopt;
  if (o.prediction != n.prediction) {
    ++seen.changed;
    list_classes(at, label, o, n);
  }
  old_version().prediction.push_back(o.prediction);
  new_version().prediction.push_back(n.prediction);
  old_predicted_.insert(o.prediction);
  new_predicted_.insert(n.prediction);
  for (std::size_t i = 0; i < o.probabilities.size(); ++i) {
    old_version().probabilities[i].push_back(o.probabilities[i]);
    new_version().probabilities[i].push_back(n.probabilities[i]);
  }
  if (label) {
    labels_seen_.insert(*label);
    out_.samples.label.push_back(*label);
    offer_class_row(at, hash, *label, o, n);
  }
}

void Collector::offer_class_row(const RowRef& at,
                                std::uint64_t hash,
                                std::uint32_t label,
                                const ClassAnswer& o,
                                const ClassAnswer& n) {
  if (label == kNoCode) {
    return;
  }
  const bool flip =
      classes_.is_right(o.prediction, label) && !classes_.is_right(n.prediction, label);
  const auto& columns = classes_.probability_class();
  const auto positive = classes_.positive_column();
  // The probability of the label: of its own column, or what the positive class leaves.
  const auto of_label = [&](const std::vector<double>& p) -> std::optional<double> {
    const auto found = std::find(columns.begin(), columns.end(), label);
    if (found != columns.end()) {
      return p[static_cast<std::size_t>(found - columns.begin())];
    }
    return positive ? std::optional(1 - p[*positive]) : std::nullopt;
  };
  const auto before = of_label(o.probabilities);
  const auto after = of_label(n.probabilities);
  Badness badness{flip, 0, 0, hash};
  if (before && after && !std::isnan(*before) && !std::isnan(*after)) {
    badness.growth = std::log(std::max(*before, kSmallest)) - std::log(std::max(*after, kSmallest));
    badness.confidence = flip ? 1 - *after : 0;
  }
  if ((!flip && !(badness.growth > 0)) || !worst_.wants(badness)) {
    return;
  }
  worst_.offer(badness, [&] {
    WorstRow row;
    row.key = key_text(at);
    row.label = classes_.text(label);
    row.old_prediction = classes_.text(o.prediction);
    row.new_prediction = classes_.text(n.prediction);
    row.old_score = positive ? std::optional(o.probabilities[*positive]) : before;
    row.new_score = positive ? std::optional(n.probabilities[*positive]) : after;
    row.loss_change = badness.growth;
    row.negative_flip = flip;
    row.extra = extra_cells(at, plan_.extra);
    return row;
  });
}

/// Settles the class that has no column, and gives classes codes that follow from their names.
void Collector::finish_classes() {
  Samples& s = out_.samples;
  std::uint32_t other = kNoCode;
  std::string other_text;
  if (old_predicted_.codes().contains(kOtherCode) || new_predicted_.codes().contains(kOtherCode)) {
    other_text = classes_.text(kOtherCode);
    other = classes_.other_class();
  }
  const auto name_other = [&](auto& row) {
    for (std::string* text : {&row.old_prediction, &row.new_prediction}) {
      if (other != kNoCode && *text == other_text) {
        *text = classes_.text(other);
      }
    }
  };
  std::for_each(out_.worst.begin(), out_.worst.end(), name_other);
  std::for_each(out_.changed_rows.begin(), out_.changed_rows.end(), name_other);
  const std::vector<std::uint32_t> new_code = classes_.classes().sort();
  const auto settle = [&](std::uint32_t code) {
    code = code == kOtherCode ? other : code;
    return code == kNoCode ? kNoCode : new_code[code];
  };
  for (auto* codes : {&s.label, &old_version().prediction, &new_version().prediction}) {
    std::transform(codes->begin(), codes->end(), codes->begin(), settle);
  }
  s.classes = classes_.classes().texts();
  for (const std::uint32_t code : classes_.probability_class()) {
    s.probability_class.push_back(settle(code));
  }
  s.positive_column = classes_.positive_column();
  if (classes_.positive()) {
    s.positive = settle(*classes_.positive());
  }
  name_new_and_vanished(settle);
}

/// What the versions predict, by codes that `settle` makes final.
void Collector::name_new_and_vanished(const std::function<std::uint32_t(std::uint32_t)>& settle) {
  const auto settled = [&](const std::set<std::uint32_t>& codes) {
    std::set<std::uint32_t> result;
    std::transform(codes.begin(), codes.end(), std::inserter(result, result.end()), settle);
    result.erase(kNoCode);
    return result;
  };
  const auto old_codes = settled(old_predicted_.codes());
  const auto new_codes = settled(new_predicted_.codes());
  const auto labels = settled(labels_seen_.codes());
  const std::vector<std::string>& classes = out_.samples.classes;
  for (const std::uint32_t code : new_codes) {
    if (!old_codes.contains(code) && !labels.contains(code)) {
      out_.seen.new_labels.push_back(classes[code]);
    }
  }
  for (const std::uint32_t code : old_codes) {
    if (!new_codes.contains(code)) {
      out_.seen.vanished_labels.push_back(classes[code]);
    }
  }
}

/// Rows in the order of their keys' hashes: sums, draws and reports then do not depend on the order
/// in the files.
void Collector::sort_rows() {
  Samples& s = out_.samples;
  const std::vector<std::uint32_t> order = ascending(hashes_);
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
}

Collected Collector::finish(table::Alignment alignment) {
  Samples& s = out_.samples;
  out_.seen.alignment = std::move(alignment);
  for (const auto& [hash, key] : singles_) {
    out_.seen.single_keys.push_back(key);
  }
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

// Figures of labels and numbers depend on no order; lists of rows and a search do.
bool may_come_in_any_order(const ColumnPlan& plan,
                           const policy::PredictionSet& set,
                           const ListedRows& rows) {
  const bool is_plain =
      set.task == policy::Task::classification || set.task == policy::Task::regression;
  return is_plain && rows.changed == 0 && rows.columns.empty() && plan.searched.empty();
}

// Nothing where the tables need the general reader. Cells that cannot be used, too, which that one
// names with their row.
std::optional<Collected> collect_fast(table::Engine& engine,
                                      const ColumnPlan& plan,
                                      const policy::PredictionSet& set,
                                      const policy::DiffDefaults& defaults,
                                      const ListedRows& rows,
                                      const CancelToken& cancel,
                                      table::ReadPath& path) {
  Collector collector(plan, set, defaults, rows);
  try {
    std::optional<table::Alignment> alignment = engine.align_in_any_order(
        plan.request,
        [&](const table::AlignedBatch& batch) { collector.take(batch); },
        cancel,
        path.why_not);
    if (!alignment) {
      return std::nullopt;
    }
    Collected collected = collector.finish(*std::move(alignment));
    collected.path.is_fast = true;
    return collected;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    path.why_not = "a cell that cannot be used";
    return std::nullopt;
  }
}

}  // namespace

Collected collect(table::Engine& engine,
                  const ColumnPlan& plan,
                  const policy::PredictionSet& set,
                  const policy::DiffDefaults& defaults,
                  const ListedRows& rows,
                  const CancelToken& cancel) {
  if (set.task == policy::Task::ranking) {
    return collect_ranking(engine, plan, set, rows, cancel);
  }
  table::ReadPath path;
  if (!may_come_in_any_order(plan, set, rows)) {
    path.why_not = "what was asked for is told in the order of the keys";
  } else if (std::optional<Collected> fast =
                 collect_fast(engine, plan, set, defaults, rows, cancel, path)) {
    return *std::move(fast);
  }
  Collector collector(plan, set, defaults, rows);
  table::Alignment alignment = engine.align(
      plan.request, [&](const table::AlignedBatch& batch) { collector.take(batch); }, cancel);
  Collected collected = collector.finish(std::move(alignment));
  collected.path = std::move(path);
  return collected;
}

}  // namespace mlops::diff
