#include "check/representation.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "stats/chi_square.h"
#include "stats/interval.h"
#include "table/cell.h"

namespace mlops::check {
namespace {

constexpr std::uint64_t kLeastShown = 5;  ///< fewer could be told by name

double share_of(std::uint64_t part, std::uint64_t of) {
  return static_cast<double>(part) / static_cast<double>(of);
}

std::string interval_of(const stats::Interval& interval) {
  return fmt::format("{:.3f}..{:.3f}", interval.low, interval.high);
}

}  // namespace

Representation::Representation(const policy::CheckRule& rule,
                               const policy::Check& check,
                               const std::string& column,
                               CheckedTable& table)
    : rule_(rule), column_(column) {
  if (!table.has(column)) {
    problem_ = fmt::format("{} has no column {}", quote(table.name()), quote(column));
    return;
  }
  if (rule.positive) {
    positive_ = table::canonical_label(table::parse_cell(*rule.positive));
    if (!table.has(*check.label)) {
      problem_ = fmt::format("{} has no column {}", quote(table.name()), quote(*check.label));
      return;
    }
    label_ = table.want(*check.label);
  }
  // A group that the policy expects and the table lacks is there with no row.
  for (const policy::ColumnRule& described : check.columns) {
    for (const std::string& value : described.values) {
      if (described.name == column && described.values.size() <= kMostGroups) {
        groups_[table::canonical_label(table::parse_cell(value))];
      }
    }
  }
  place_ = table.want(column);
  table.watch(*this);
}

void Representation::see(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size && problem_.empty(); ++i) {
    const table::Cell cell = rows.columns[place_][i];
    if (cell.kind == table::Cell::Kind::null) {
      continue;
    }
    Group& group = groups_[table::canonical_label(cell)];
    if (groups_.size() > kMostGroups) {
      problem_ = fmt::format("more than {} different values", kMostGroups);
      return;
    }
    ++group.rows;
    if (label_ && rows.columns[*label_][i].kind != table::Cell::Kind::null) {
      ++group.labelled;
      group.positives += table::canonical_label(rows.columns[*label_][i]) == positive_ ? 1U : 0U;
    }
  }
}

std::string Representation::title(const std::string& group, std::uint64_t rows) const {
  return rows > 0 && rows < kLeastShown
             ? fmt::format("{}, a group of fewer than {} rows", column_, kLeastShown)
             : column_ + "=" + group;
}

void Representation::conclude_shares(std::vector<Outcome>& outcomes) const {
  std::uint64_t all = 0;
  for (const auto& [name, group] : groups_) {
    all += group.rows;
  }
  policy::Limit limit;
  limit.min = rule_.min;
  for (const auto& [name, group] : groups_) {
    Outcome outcome;
    RuleResult& rule = outcome.rule;
    rule = result_of("representation",
                     title(name, group.rows),
                     fmt::format(">= {:g}", *rule_.min),
                     rule_.position);
    rule.figure.better = policy::Better::higher;
    rule.figure.n = all;
    if (all < std::max<std::uint64_t>(1, rule_.min_rows)) {
      set_insufficient(rule, fmt::format("n={} < {}", all, rule_.min_rows));
    } else {
      const stats::Interval interval = stats::wilson(group.rows, all, rule_.alpha);
      rule.figure.new_value = share_of(group.rows, all);
      rule.figure.new_ci = interval;
      rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
      rule.detail = fmt::format("{} of {}, {}",
                                group.rows > 0 && group.rows < kLeastShown
                                    ? fmt::format("fewer than {}", kLeastShown)
                                    : format_count(group.rows),
                                plural(all, "row"),
                                interval_of(interval));
      if (rule.verdict == Verdict::fail && interval.high >= *rule_.min) {
        set_insufficient(rule, "below the limit, as so few rows are by chance");
      }
    }
    outcomes.push_back(std::move(outcome));
  }
}

/// "F 0.312 (0.272..0.355) of 512".
std::string Representation::rate_text(const std::string& name, const Group& group) const {
  return fmt::format("{} {:.3f} ({}) of {}",
                     name,
                     share_of(group.positives, group.labelled),
                     interval_of(stats::wilson(group.positives, group.labelled, rule_.alpha)),
                     format_count(group.labelled));
}

/// Groups of enough rows are compared; of each smaller one it is said that it was not.
void Representation::conclude_rates(std::vector<Outcome>& outcomes) const {
  Outcome outcome;
  RuleResult& rule = outcome.rule;
  rule = result_of("label_rate_difference", column_, at_most(*rule_.max), rule_.position);
  std::vector<Group> judged;
  std::vector<std::string> told;
  std::vector<Outcome> small;
  for (const auto& [name, group] : groups_) {
    if (group.labelled >= std::max<std::uint64_t>(1, rule_.min_rows)) {
      judged.push_back(group);
      told.push_back(rate_text(name, group));
      rule.figure.n += group.labelled;
      continue;
    }
    small.emplace_back();
    small.back().rule =
        result_of("label_rate", title(name, group.rows), at_most(*rule_.max), rule_.position);
    set_insufficient(small.back().rule, fmt::format("fewer than {} rows", rule_.min_rows));
  }
  if (judged.size() < 2) {
    set_insufficient(rule, fmt::format("fewer than two groups have {} rows", rule_.min_rows));
  } else {
    rule.detail = join(told, ", ");
    compare(judged, rule);
  }
  outcomes.push_back(std::move(outcome));
  std::move(small.begin(), small.end(), std::back_inserter(outcomes));
}

/// The largest difference of two rates, and by chi-square how often chance makes rates differ so.
void Representation::compare(const std::vector<Group>& groups, RuleResult& rule) const {
  double low = 1;
  double high = 0;
  std::uint64_t positives = 0;
  for (const Group& group : groups) {
    low = std::min(low, share_of(group.positives, group.labelled));
    high = std::max(high, share_of(group.positives, group.labelled));
    positives += group.positives;
  }
  const double rate = share_of(positives, rule.figure.n);
  double distance = 0;
  for (const Group& group : groups) {
    const double expected = static_cast<double>(group.labelled) * rate;
    const double off = static_cast<double>(group.positives) - expected;
    distance += rate > 0 && rate < 1 ? off * off / (expected * (1 - rate)) : 0;
  }
  policy::Limit limit;
  limit.max = rule_.max;
  rule.figure.new_value = high - low;
  rule.p_adjusted = stats::chi_square_tail(distance, static_cast<double>(groups.size() - 1));
  rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
  if (rule.verdict == Verdict::fail && *rule.p_adjusted > rule_.alpha) {
    set_insufficient(
        rule,
        fmt::format("beyond the limit, as so few rows are by chance (p={:.2g})", *rule.p_adjusted));
  }
}

void Representation::conclude(std::vector<Outcome>& outcomes) {
  if (!problem_.empty() || groups_.empty()) {
    Outcome outcome;
    outcome.rule = result_of("representation",
                             column_,
                             rule_.min ? fmt::format(">= {:g}", *rule_.min) : at_most(*rule_.max),
                             rule_.position);
    set_insufficient(outcome.rule, problem_.empty() ? "there is no value" : problem_);
    outcomes.push_back(std::move(outcome));
    return;
  }
  if (rule_.min) {
    conclude_shares(outcomes);
  }
  if (rule_.max) {
    conclude_rates(outcomes);
  }
}

}  // namespace mlops::check
