#include "check/drift.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/distances.h"
#include "stats/correction.h"

namespace mlops::check {
namespace {

using policy::DriftMethod;

std::string metric_name(DriftMethod method) {
  return "drift " + std::string(to_string(method));
}

}  // namespace

Drift::Drift(const policy::CheckRule& rule,
             const policy::Check& check,
             CheckedTable& table,
             CheckedTable& baseline,
             SpillFile& file)
    : rule_(rule), check_(check) {
  if (!rule.columns.empty()) {
    for (const std::string& name : rule.columns) {
      add(name, table, baseline, file);
    }
    return;
  }
  for (const std::string& name : table.columns()) {
    const bool is_key = std::find(check.key.begin(), check.key.end(), name) != check.key.end();
    if (!is_key && baseline.has(name)) {
      add(name, table, baseline, file);
    } else if (!is_key) {
      notes_.push_back(fmt::format("column {} is new: the baseline has none", quote(name)));
    }
  }
  for (const std::string& name : baseline.columns()) {
    if (!table.has(name)) {
      notes_.push_back(fmt::format("column {} is gone: only the baseline has it", quote(name)));
    }
  }
}

void Drift::add(const std::string& name,
                CheckedTable& table,
                CheckedTable& baseline,
                SpillFile& file) {
  Column column;
  column.name = name;
  for (const policy::ColumnRule& described : check_.columns) {
    column.type = described.name == name ? described.type : column.type;
  }
  if (!table.has(name) || !baseline.has(name)) {
    column.missing_in = table.has(name) ? baseline.name() : table.name();
    columns_.push_back(std::move(column));
    return;
  }
  column.base = std::make_unique<ValueCounts>(baseline.want(name), column.type, hasher_, file);
  column.now = std::make_unique<ValueCounts>(table.want(name), column.type, hasher_, file);
  baseline.watch(*column.base);
  table.watch(*column.now);
  columns_.push_back(std::move(column));
}

/// Where the policy names no method: by its type of the column, else by what the baseline holds. A
/// text among new numbers is no reason to compare them as categories.
DriftMethod Drift::method_of(const Column& column) const {
  if (rule_.method) {
    return *rule_.method;
  }
  using policy::ColumnType;
  if (column.type == ColumnType::text || column.type == ColumnType::boolean) {
    return DriftMethod::cramers_v;
  }
  const bool is_ordered = column.missing_in.empty() ? column.base->texts() == 0 : true;
  return is_ordered || column.type ? DriftMethod::ks : DriftMethod::cramers_v;
}

Drift::Finding Drift::compare(Column& column) const {
  Finding finding;
  const bool is_there = column.missing_in.empty();
  const DriftMethod method = method_of(column);
  RuleResult& rule = finding.outcome.rule;
  rule = result_of(metric_name(method), column.name, at_most(*rule_.max), rule_.position);
  if (!is_there) {
    set_insufficient(
        rule, fmt::format("{} has no column {}", quote(column.missing_in), quote(column.name)));
    return finding;
  }
  const bool is_ordered = method == DriftMethod::ks || method == DriftMethod::w1std;
  const std::uint64_t base = column.base->numbers() + (is_ordered ? 0 : column.base->texts());
  const std::uint64_t now = column.now->numbers() + (is_ordered ? 0 : column.now->texts());
  const std::uint64_t least = std::max<std::uint64_t>(1, rule_.min_rows);
  rule.figure.n = now;
  rule.detail = fmt::format("{} against {}", format_count(now), format_count(base));
  if (std::min(base, now) < least) {
    set_insufficient(rule, fmt::format("n={} < {}", std::min(base, now), least));
    return finding;
  }
  const Compared compared = compare_columns(method, *column.base, *column.now);
  if (!compared.distance) {
    set_insufficient(rule, compared.problem);
    return finding;
  }
  rule.figure.new_value = compared.distance->value;
  finding.p = compared.distance->p;
  return finding;
}

/// KS and W1 look at numbers alone: what is none would be invisible to them.
std::optional<Drift::Finding> Drift::compare_missing(const Column& column,
                                                     DriftMethod method) const {
  const bool is_blind = method == DriftMethod::ks || method == DriftMethod::w1std;
  const std::uint64_t base = column.base->rows() - column.base->numbers();
  const std::uint64_t now = column.now->rows() - column.now->numbers();
  const std::uint64_t least = std::max<std::uint64_t>(1, rule_.min_rows);
  if (!is_blind || base + now == 0 || std::min(column.base->rows(), column.now->rows()) < least) {
    return std::nullopt;
  }
  Finding finding;
  RuleResult& rule = finding.outcome.rule;
  rule = result_of("drift missing_share", column.name, at_most(*rule_.max), rule_.position);
  const auto distance = stats::l_infinity(std::vector<stats::CellCounts>{
      {base, now}, {column.base->rows() - base, column.now->rows() - now}});
  rule.figure.n = column.now->rows();
  rule.figure.new_value = distance->value;
  rule.detail = fmt::format("{} of {} against {} of {}",
                            format_count(now),
                            format_count(column.now->rows()),
                            format_count(base),
                            format_count(column.base->rows()));
  finding.p = distance->p;
  return finding;
}

void Drift::decide(std::vector<Finding>& findings) const {
  std::vector<double> p_values;
  for (const Finding& finding : findings) {
    if (finding.p) {
      p_values.push_back(*finding.p);
    }
  }
  const std::vector<double> adjusted =
      rule_.correction == policy::Correction::holm ? stats::holm(p_values)
      : rule_.correction == policy::Correction::bh ? stats::benjamini_hochberg(p_values)
                                                   : p_values;
  std::size_t at = 0;
  policy::Limit limit;
  limit.max = *rule_.max;
  for (Finding& finding : findings) {
    if (!finding.p) {
      continue;
    }
    RuleResult& rule = finding.outcome.rule;
    rule.p_adjusted = adjusted[at++];
    rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
    if (rule.verdict == Verdict::fail && *rule.p_adjusted > rule_.alpha) {
      set_insufficient(rule,
                       fmt::format("beyond the limit, as so few rows are by chance (p={:.2g})",
                                   *rule.p_adjusted));
    }
  }
}

void Drift::conclude(std::vector<Outcome>& outcomes) {
  std::vector<Finding> findings;
  for (Column& column : columns_) {
    findings.push_back(compare(column));
    if (column.missing_in.empty()) {
      if (auto missing = compare_missing(column, method_of(column))) {
        findings.push_back(*std::move(missing));
      }
    }
  }
  decide(findings);
  if (findings.empty()) {
    Outcome outcome;
    outcome.rule = result_of("drift", "", at_most(*rule_.max), rule_.position);
    set_insufficient(outcome.rule, "the tables have no column in common");
    outcomes.push_back(std::move(outcome));
  }
  for (Finding& finding : findings) {
    outcomes.push_back(std::move(finding.outcome));
  }
}

}  // namespace mlops::check
