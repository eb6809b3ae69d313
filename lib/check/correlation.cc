#include "check/correlation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "stats/correction.h"
#include "stats/normal.h"

namespace mlops::check {
namespace {

constexpr std::size_t kMostTold = 20;

double fisher(double r) {
  constexpr double kEdge = 1 - 1e-12;
  return std::atanh(std::clamp(r, -kEdge, kEdge));
}

/// Nine digits: more would tell the order of the rows.
double rounded(double r) {
  constexpr double kDigits = 1e9;
  return std::round(std::clamp(r, -1.0, 1.0) * kDigits) / kDigits;
}

}  // namespace

Correlations::Correlations(const std::vector<std::string>& columns, CheckedTable& table) {
  for (const std::string& name : columns) {
    places_.push_back(table.want(name));
  }
  sums_.resize(columns.size() * (columns.size() - 1) / 2);
}

std::size_t Correlations::place_of(std::size_t first, std::size_t second) const {
  return second * (second - 1) / 2 + first;
}

void Correlations::see(const Rows& rows) {
  std::vector<std::optional<double>> values(places_.size());
  for (std::size_t row = 0; row < rows.size; ++row) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const table::Cell& cell = rows.columns[places_[i]][row];
      const bool is_finite = cell.kind == table::Cell::Kind::number && std::isfinite(cell.number);
      values[i] = is_finite ? std::optional(cell.number) : std::nullopt;
    }
    for (std::size_t j = 1; j < values.size(); ++j) {
      for (std::size_t i = 0; values[j] && i < j; ++i) {
        if (!values[i]) {
          continue;
        }
        Sums& sums = sums_[place_of(i, j)];
        ++sums.rows;
        sums.x.add(*values[i]);
        sums.y.add(*values[j]);
        sums.xx.add_product(*values[i], *values[i]);
        sums.yy.add_product(*values[j], *values[j]);
        sums.xy.add_product(*values[i], *values[j]);
      }
    }
  }
}

Correlations::Pair Correlations::pair(std::size_t first, std::size_t second) const {
  const Sums& sums = sums_[place_of(first, second)];
  Pair pair{sums.rows, std::nullopt};
  const double n = static_cast<double>(sums.rows);
  const double xx = sums.xx.times(n).minus(sums.x.times(sums.x)).value();
  const double yy = sums.yy.times(n).minus(sums.y.times(sums.y)).value();
  const double xy = sums.xy.times(n).minus(sums.x.times(sums.y)).value();
  const double r = xy / (std::sqrt(xx) * std::sqrt(yy));
  if (sums.rows > 1 && xx > 0 && yy > 0 && std::isfinite(r)) {
    pair.r = rounded(r);
  }
  return pair;
}

CorrelationChange::CorrelationChange(const policy::CheckRule& rule,
                                     const policy::Check& check,
                                     CheckedTable& table,
                                     CheckedTable& baseline)
    : rule_(rule), columns_(rule.columns) {
  if (columns_.empty()) {
    for (const std::string& name : table.columns()) {
      const bool is_key = std::find(check.key.begin(), check.key.end(), name) != check.key.end();
      if (!is_key && baseline.has(name)) {
        columns_.push_back(name);
      }
    }
  }
  for (const std::string& name : columns_) {
    const bool is_here = table.has(name);
    if (problem_.empty() && (!is_here || !baseline.has(name))) {
      problem_ = fmt::format(
          "{} has no column {}", quote(is_here ? baseline.name() : table.name()), quote(name));
    }
  }
  if (problem_.empty() && columns_.size() < 2) {
    problem_ = "there are no two columns";
  }
  if (problem_.empty() && columns_.size() > kMostColumns) {
    problem_ = fmt::format("more than {} columns: name those that matter", kMostColumns);
  }
  if (problem_.empty()) {
    base_.emplace(columns_, baseline);
    now_.emplace(columns_, table);
    baseline.watch(*base_);
    table.watch(*now_);
  }
}

double CorrelationChange::Change::size() const {
  return std::abs(now - base);
}

std::vector<CorrelationChange::Change> CorrelationChange::changes() const {
  constexpr std::uint64_t kLeast = 4;  // of Fisher's z
  std::vector<Change> all;
  for (std::size_t j = 1; j < columns_.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const Correlations::Pair base = base_->pair(i, j);
      const Correlations::Pair now = now_->pair(i, j);
      Change change{columns_[i] + ", " + columns_[j], 0, 0, std::min(base.rows, now.rows), 1};
      if (!base.r || !now.r || change.rows < std::max(kLeast, rule_.min_rows)) {
        continue;
      }
      change.base = *base.r;
      change.now = *now.r;
      const double deviation =
          std::sqrt(1 / static_cast<double>(base.rows - 3) + 1 / static_cast<double>(now.rows - 3));
      const double z = std::abs(fisher(change.now) - fisher(change.base)) / deviation;
      change.p = std::min(1.0, 2 * stats::normal_cdf(-z));
      all.push_back(std::move(change));
    }
  }
  return all;
}

Outcome CorrelationChange::outcome_of(const Change& change, double p) const {
  Outcome outcome;
  RuleResult& rule = outcome.rule;
  rule = result_of("correlation", change.columns, at_most(*rule_.max), rule_.position);
  rule.figure.n = change.rows;
  rule.figure.new_value = change.size();
  rule.p_adjusted = p;
  rule.detail = fmt::format("{:.3f} against {:.3f}", change.now, change.base);
  policy::Limit limit;
  limit.max = rule_.max;
  rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
  if (rule.verdict == Verdict::fail && p > rule_.alpha) {
    set_insufficient(rule,
                     fmt::format("beyond the limit, as so few rows are by chance (p={:.2g})", p));
  }
  return outcome;
}

/// What passes is one line, the largest change; of what does not, the largest ones.
void CorrelationChange::conclude(std::vector<Outcome>& outcomes) {
  Outcome whole;
  whole.rule = result_of("correlation", "", at_most(*rule_.max), rule_.position);
  const std::vector<Change> all = problem_.empty() ? changes() : std::vector<Change>();
  if (all.empty()) {
    set_insufficient(whole.rule,
                     problem_.empty() ? "no two columns have enough numbers that vary" : problem_);
    outcomes.push_back(std::move(whole));
    return;
  }
  std::vector<double> p_values;
  for (const Change& change : all) {
    p_values.push_back(change.p);
  }
  const std::vector<double> adjusted =
      rule_.correction == policy::Correction::holm ? stats::holm(p_values)
      : rule_.correction == policy::Correction::bh ? stats::benjamini_hochberg(p_values)
                                                   : p_values;
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return all[a].size() > all[b].size();
  });
  std::size_t broken = 0;
  for (const std::size_t i : order) {
    Outcome outcome = outcome_of(all[i], adjusted[i]);
    if (outcome.rule.verdict != Verdict::pass && ++broken <= kMostTold) {
      outcomes.push_back(std::move(outcome));
    }
  }
  if (broken == 0) {
    Outcome largest = outcome_of(all[order.front()], adjusted[order.front()]);
    largest.rule.detail += fmt::format(", the largest change of {}", plural(all.size(), "pair"));
    outcomes.push_back(std::move(largest));
  } else if (broken > kMostTold) {
    outcomes.back().rule.detail += fmt::format(", and {} more", broken - kMostTold);
  }
}

}  // namespace mlops::check
