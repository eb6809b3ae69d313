#include "check/outliers.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/column_values.h"
#include "check/distances.h"
#include "check/personal_values.h"

namespace mlops::check {
namespace {

constexpr double kOuter = 3;  ///< distances of the quartiles

}  // namespace

/// Kept: the first `kExamples` by number and, of equal ones, by row.
void Outliers::Extremes::offer(std::vector<Extreme>& kept,
                               double sign,
                               const table::Cell& cell,
                               double number,
                               std::uint64_t row) {
  if (kept.size() == kExamples && sign * number >= sign * kept.back().number) {
    return;
  }
  const auto behind = std::find_if(kept.begin(), kept.end(), [&](const Extreme& one) {
    return sign * number < sign * one.number;
  });
  kept.insert(behind, {number, row, std::string(cell.text)});
  if (kept.size() > kExamples) {
    kept.pop_back();
  }
}

void Outliers::Extremes::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[place_];
  for (std::size_t i = 0; i < rows.size; ++i) {
    const auto number = number_in(cells[i], type_);
    if (number && !std::isnan(*number)) {
      offer(least_, 1, cells[i], *number, rows.first + i);
      offer(greatest_, -1, cells[i], *number, rows.first + i);
    }
  }
}

Outliers::Outliers(const policy::CheckRule& rule,
                   const policy::Check& check,
                   CheckedTable& table,
                   const std::optional<Baseline>& baseline,
                   SpillFile& file)
    : rule_(rule), table_(table) {
  for (const std::string& name : rule.columns.empty() ? table.columns() : rule.columns) {
    const bool is_key = std::find(check.key.begin(), check.key.end(), name) != check.key.end();
    if (!is_key || !rule.columns.empty()) {
      add(name, check, baseline, file);
    }
  }
}

void Outliers::add(const std::string& name,
                   const policy::Check& check,
                   const std::optional<Baseline>& baseline,
                   SpillFile& file) {
  Column column;
  column.name = name;
  std::optional<policy::ColumnType> type;
  for (const policy::ColumnRule& described : check.columns) {
    type = described.name == name ? described.type : type;
  }
  if (!table_.has(name)) {
    column.problem = "there is no such column";
    columns_.push_back(std::move(column));
    return;
  }
  const std::size_t place = table_.want(name);
  column.now = std::make_unique<ValueCounts>(place, type, hasher_, file);
  column.extremes = std::make_unique<Extremes>(place, type);
  table_.watch(*column.now);
  table_.watch(*column.extremes);
  if (baseline && baseline->has(name) && baseline->problem_of(name, type).empty()) {
    column.base = baseline->count(name, type, hasher_, file);
  }
  columns_.push_back(std::move(column));
}

std::optional<Outliers::Fences> Outliers::fences_of(ValueCounts& counts,
                                                    std::string& problem) const {
  const std::uint64_t least = std::max<std::uint64_t>(1, rule_.min_rows);
  if (counts.numbers() < least) {
    problem = fmt::format("n={} < {}", counts.numbers(), least);
    return std::nullopt;
  }
  constexpr int kQuarters = 4;
  const std::vector<double> quartiles = quantiles_of(counts, kQuarters);
  const double distance = quartiles.back() - quartiles.front();
  if (!(distance > 0) || !std::isfinite(distance)) {
    problem = distance == 0 ? "half of the numbers are one: there are no fences"
                            : "the quartiles are infinite: there are no fences";
    return std::nullopt;
  }
  return Fences{quartiles.front() - kOuter * distance, quartiles.back() + kOuter * distance};
}

/// The farthest first.
void Outliers::add_examples(const Column& column, const Fences& fences, Outcome& outcome) const {
  std::vector<Extremes::Extreme> outside;
  for (const auto* const kept : {&column.extremes->least(), &column.extremes->greatest()}) {
    std::copy_if(kept->begin(), kept->end(), std::back_inserter(outside), [&](const auto& one) {
      return fences.is_outside(one.number);
    });
  }
  std::sort(outside.begin(), outside.end(), [&](const auto& a, const auto& b) {
    const double x = fences.beyond(a.number);
    const double y = fences.beyond(b.number);
    return x != y ? x > y : a.row < b.row;
  });
  outside.resize(std::min(outside.size(), kExamples));
  for (Extremes::Extreme& one : outside) {
    outcome.examples.push_back(table_.example(one.row, std::move(one.text)));
  }
}

Outcome Outliers::judge(Column& column) const {
  Outcome outcome;
  RuleResult& rule = outcome.rule;
  rule = result_of("outliers", column.name, at_most(*rule_.max), rule_.position);
  if (!column.problem.empty()) {
    set_insufficient(rule, column.problem);
    return outcome;
  }
  rule.figure.n = column.now->numbers();
  const auto fences = fences_of(column.base ? *column.base : *column.now, rule.reason);
  if (!fences) {
    rule.verdict = Verdict::insufficient;
    return outcome;
  }
  std::uint64_t outside = 0;
  auto cursor = column.now->read_numbers();
  while (const auto one = cursor.next()) {
    outside += fences->is_outside(number_of(one->value)) ? one->count : 0;
  }
  judge_share(rule, outside, column.now->numbers(), *rule_.max, "number");
  if (rule.verdict == Verdict::fail) {
    add_examples(column, *fences, outcome);
  }
  if (hinted_by(column.name).none()) {
    rule.detail += fmt::format(" beyond {:.6g}..{:.6g}", fences->low, fences->high);
  }
  return outcome;
}

/// Of all columns only those are judged that have fences: a flag has none, and nobody asked.
void Outliers::conclude(std::vector<Outcome>& outcomes) {
  const std::size_t before = outcomes.size();
  std::vector<std::string> without;
  for (Column& column : columns_) {
    Outcome outcome = judge(column);
    if (rule_.columns.empty() && outcome.rule.verdict == Verdict::insufficient) {
      if (column.now->numbers() > 0) {
        without.push_back(quote(column.name));
      }
    } else {
      outcomes.push_back(std::move(outcome));
    }
  }
  if (!without.empty()) {
    notes_.push_back("outliers: too few different numbers in " + join(without, ", "));
  }
  if (outcomes.size() == before) {
    Outcome outcome;
    outcome.rule = result_of("outliers", "", at_most(*rule_.max), rule_.position);
    set_insufficient(outcome.rule, "no column has numbers that vary enough");
    outcomes.push_back(std::move(outcome));
  }
}

}  // namespace mlops::check
