#include "check/target_leakage.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/repeated_rows.h"
#include "check/value_counts.h"

namespace mlops::check {
namespace {

constexpr double kUsualMost = 0.99;
constexpr std::uint64_t kLeastOfLabel = 10;

using Counts = std::vector<std::uint64_t>;
using Cursor = SpillSort<LabelledCount>::Cursor;

std::uint64_t sum(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void add(Counts& counts, std::size_t label, std::uint64_t count) {
  counts.resize(std::max(counts.size(), label + 1));
  counts[label] += count;
}

/// Calls `sink` with the counts of each value, in ascending order.
void for_each_value(Cursor cursor, const std::function<void(const Counts&)>& sink) {
  std::optional<std::uint64_t> value;
  Counts counts;
  while (const auto one = cursor.next()) {
    if (value && *value != one->value) {
      sink(counts);
      counts.clear();
    }
    value = one->value;
    add(counts, static_cast<std::size_t>(one->label), one->count);
  }
  if (value) {
    sink(counts);
  }
}

/// Rows with one value whose label most of the others have; `commonest` where there are no others.
std::uint64_t count_right(const Counts& counts, std::size_t commonest) {
  std::uint64_t most = 0;
  std::uint64_t second = 0;
  for (const std::uint64_t count : counts) {
    if (count > most) {
      second = std::exchange(most, count);
    } else {
      second = std::max(second, count);
    }
  }
  if (most == 1 && second == 0) {
    return commonest < counts.size() ? counts[commonest] : 0;
  }
  return most > second + 1 ? most : 0;
}

}  // namespace

TargetLeakage::TargetLeakage(const policy::CheckRule& rule,
                             const policy::Check& check,
                             CheckedTable& table,
                             SpillFile& file)
    : rule_(rule), max_(rule.max.value_or(kUsualMost)) {
  if (!table.has(*check.label)) {
    problem_ = fmt::format("{} has no column {}", quote(table.name()), quote(*check.label));
    return;
  }
  label_ = table.want(*check.label);
  for (const std::string& name : feature_columns(rule, check, table)) {
    if (!table.has(name)) {
      problem_ = fmt::format("{} has no column {}", quote(table.name()), quote(name));
      return;
    }
    columns_.push_back(std::make_unique<Column>(name, table.want(name), file));
  }
  table.watch(*this);
}

std::optional<std::size_t> TargetLeakage::label_at(const table::Cell& cell) {
  if (cell.kind == table::Cell::Kind::null || !problem_.empty()) {
    return std::nullopt;
  }
  const auto [found, is_new] = labels_.try_emplace(table::canonical_label(cell), labels_.size());
  if (labels_.size() > kMostLabels) {
    problem_ = fmt::format("more than {} labels", kMostLabels);
    return std::nullopt;
  }
  return found->second;
}

void TargetLeakage::see(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (const auto label = label_at(rows.columns[label_][i])) {
      add(totals_, *label, 1);
      for (const auto& column : columns_) {
        see_value(*column, rows.columns[column->place][i], *label);
      }
    }
  }
}

void TargetLeakage::finish() {
  for (const auto& column : columns_) {
    column->numbers.finish();
    column->texts.finish();
  }
}

void TargetLeakage::see_value(Column& column, const table::Cell& cell, std::size_t label) {
  switch (cell.kind) {
    case table::Cell::Kind::null:
      add(column.nulls, label, 1);
      return;
    case table::Cell::Kind::text:
      column.texts.add({hasher_.kept_hash(cell), label, 1});
      return;
    case table::Cell::Kind::number:
      break;
  }
  if (std::isnan(cell.number)) {
    add(column.nans, label, 1);
  } else {
    column.numbers.add({ordered_bits(cell.number), label, 1});
  }
}

std::string TargetLeakage::problem() const {
  if (!problem_.empty()) {
    return problem_;
  }
  const std::uint64_t rows = sum(totals_);
  if (rows < std::max<std::uint64_t>(1, rule_.min_rows)) {
    return fmt::format("n={} < {}", rows, rule_.min_rows);
  }
  return labels_.size() < 2 ? "there is one label" : "";
}

/// The largest over the labels, whichever end of the numbers they are at.
std::optional<double> TargetLeakage::area(Column& column) const {
  Counts totals(totals_.size());
  const auto add_all = [](Counts& into, const Counts& from) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      into[i] += from[i];
    }
  };
  for_each_value(column.numbers.read(), [&](const Counts& counts) { add_all(totals, counts); });
  const double all = static_cast<double>(sum(totals));
  Counts below(totals.size());
  std::vector<double> wins(totals.size());
  for_each_value(column.numbers.read(), [&](const Counts& counts) {
    const double all_below = static_cast<double>(sum(below));
    const double all_here = static_cast<double>(sum(counts));
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double here = static_cast<double>(counts[i]);
      wins[i] += here * (all_below - static_cast<double>(below[i]) + (all_here - here) / 2);
    }
    add_all(below, counts);
  });
  std::optional<double> largest;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const double own = static_cast<double>(totals[i]);
    if (totals[i] >= kLeastOfLabel && all - own >= static_cast<double>(kLeastOfLabel)) {
      const double area = wins[i] / (own * (all - own));
      largest = std::max(largest.value_or(0), std::max(area, 1 - area));
    }
  }
  return largest;
}

double TargetLeakage::gain(Column& column) const {
  // Of equally common labels none is the commonest that a single row could be taken for.
  const auto top = std::max_element(totals_.begin(), totals_.end());
  const bool is_only = std::count(totals_.begin(), totals_.end(), *top) == 1;
  const std::size_t commonest =
      is_only ? static_cast<std::size_t>(top - totals_.begin()) : totals_.size();
  std::uint64_t right = count_right(column.nulls, commonest) + count_right(column.nans, commonest);
  const auto count = [&](const Counts& counts) { right += count_right(counts, commonest); };
  for_each_value(column.numbers.read(), count);
  for_each_value(column.texts.read(), count);
  const double rows = static_cast<double>(sum(totals_));
  const double base = static_cast<double>(*top) / rows;
  return std::max(0.0, (static_cast<double>(right) / rows - base) / (1 - base));
}

void TargetLeakage::conclude(std::vector<Outcome>& outcomes) {
  const std::string why = problem();
  if (!why.empty() || columns_.empty()) {
    Outcome outcome;
    outcome.rule = result_of("target_leakage", "", at_most(max_), rule_.position);
    set_insufficient(outcome.rule, why.empty() ? "there is no feature column" : why);
    outcomes.push_back(std::move(outcome));
    return;
  }
  policy::Limit limit;
  limit.max = max_;
  const auto judge_one = [&](std::string metric, const Column& column, double value) {
    Outcome outcome;
    outcome.rule = result_of(std::move(metric), column.name, at_most(max_), rule_.position);
    outcome.rule.figure.n = sum(totals_);
    outcome.rule.figure.new_value = value;
    outcome.rule.verdict = policy::judge(limit, outcome.rule.figure, policy::Decide::point).verdict;
    outcome.rule.detail =
        fmt::format("{}, {}", plural(sum(totals_), "row"), plural(labels_.size(), "label"));
    outcomes.push_back(std::move(outcome));
  };
  for (const auto& column : columns_) {
    if (const auto value = area(*column)) {
      judge_one("target_leakage auc", *column, *value);
    }
    judge_one("target_leakage rule", *column, gain(*column));
  }
}

}  // namespace mlops::check
