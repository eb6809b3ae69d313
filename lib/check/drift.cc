#include "check/drift.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/distances.h"
#include "check/profile_error.h"
#include "stats/correction.h"

namespace mlops::check {
namespace {

using policy::DriftMethod;

constexpr double kMostShared = 0.5;  ///< of values without a cell of their own, for Cramér's V

/// ", within 0.0013": two digits, rounded up. Nothing where the figure is the rows' own.
std::string nearness(double error) {
  if (error == 0) {
    return {};
  }
  const double unit = std::pow(10, std::floor(std::log10(error)) - 1);
  return fmt::format(", within {:.2g}", std::ceil(error / unit) * unit);
}

}  // namespace

Drift::Drift(const policy::CheckRule& rule,
             const policy::Check& check,
             CheckedTable& table,
             Baseline baseline,
             SpillFile& file)
    : rule_(rule), check_(check), baseline_(baseline), hasher_(baseline.hasher()) {
  if (rule.columns.empty()) {
    add_all(table, file);
  }
  for (const std::string& name : rule.columns) {
    add(name, table, file);
  }
}

/// "drift ks": the rule's kind and what is judged.
std::string Drift::metric_of(std::string_view what) const {
  return fmt::format("{} {}", to_string(rule_.kind), what);
}

void Drift::add_all(CheckedTable& table, SpillFile& file) {
  for (const std::string& name : table.columns()) {
    const bool is_key = std::find(check_.key.begin(), check_.key.end(), name) != check_.key.end();
    if (!is_key && baseline_.has(name)) {
      add(name, table, file);
    } else if (!is_key && rule_.kind == policy::CheckKind::drift) {
      notes_.push_back(fmt::format("column {} is new: the baseline has none", quote(name)));
    }
  }
  for (const std::string& name : baseline_.columns()) {
    if (!table.has(name) && rule_.kind == policy::CheckKind::drift) {
      notes_.push_back(fmt::format("column {} is gone: only the baseline has it", quote(name)));
    }
  }
}

void Drift::add(const std::string& name, CheckedTable& table, SpillFile& file) {
  Column column;
  column.name = name;
  for (const policy::ColumnRule& described : check_.columns) {
    column.type = described.name == name ? described.type : column.type;
  }
  if (table.has(name) && baseline_.has(name)) {
    column.counts = baseline_.count_both(name, column.type, table, hasher_, file);
  } else {
    column.counts.problem = fmt::format("{} has no column {}",
                                        quote(table.has(name) ? baseline_.name() : table.name()),
                                        quote(name));
  }
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
  const bool is_ordered = column.is_counted() ? column.counts.base->texts() == 0 : true;
  return is_ordered || column.type ? DriftMethod::ks : DriftMethod::cramers_v;
}

Drift::Finding Drift::compare(Column& column) const {
  Finding finding;
  const DriftMethod method = method_of(column);
  RuleResult& rule = finding.outcome.rule;
  rule = result_of(metric_of(to_string(method)), column.name, at_most(*rule_.max), rule_.position);
  if (!column.is_counted()) {
    set_insufficient(rule, column.counts.problem);
    return finding;
  }
  ValueCounts& base = *column.counts.base;
  ValueCounts& now = *column.counts.now;
  const bool is_ordered = method == DriftMethod::ks || method == DriftMethod::w1std;
  const std::uint64_t base_size = base.numbers() + (is_ordered ? 0 : base.texts());
  const std::uint64_t now_size = now.numbers() + (is_ordered ? 0 : now.texts());
  const std::uint64_t least = std::max<std::uint64_t>(1, rule_.min_rows);
  rule.figure.n = now_size;
  rule.detail = fmt::format("{} against {}", format_count(now_size), format_count(base_size));
  if (std::min(base_size, now_size) < least) {
    set_insufficient(rule, fmt::format("n={} < {}", std::min(base_size, now_size), least));
    return finding;
  }
  const ProfileColumn* const profile = column.counts.profile;
  if (profile != nullptr && method == DriftMethod::cramers_v &&
      shared_cells(*profile) > kMostShared) {
    set_insufficient(rule,
                     "a profile does not keep values apart of which most are rare: psi or linf "
                     "compares them");
    return finding;
  }
  const Compared compared = compare_columns(method, base, now);
  if (!compared.distance) {
    set_insufficient(rule, compared.problem);
    return finding;
  }
  rule.figure.new_value = compared.distance->value;
  if (profile != nullptr) {
    const auto error = profile_error(method, compared.distance->value, *profile, base, now);
    rule.detail += error ? nearness(*error) : ", how near is unknown";
  }
  finding.p = compared.distance->p;
  return finding;
}

/// KS and W1 look at numbers alone: what is none would be invisible to them.
std::optional<Drift::Finding> Drift::compare_missing(const Column& column,
                                                     DriftMethod method) const {
  const bool is_blind = method == DriftMethod::ks || method == DriftMethod::w1std;
  const ValueCounts& base = *column.counts.base;
  const ValueCounts& now = *column.counts.now;
  const std::uint64_t base_missing = base.rows() - base.numbers();
  const std::uint64_t now_missing = now.rows() - now.numbers();
  const std::uint64_t least = std::max<std::uint64_t>(1, rule_.min_rows);
  if (!is_blind || base_missing + now_missing == 0 || std::min(base.rows(), now.rows()) < least) {
    return std::nullopt;
  }
  Finding finding;
  RuleResult& rule = finding.outcome.rule;
  rule = result_of(metric_of("missing_share"), column.name, at_most(*rule_.max), rule_.position);
  const auto distance = stats::l_infinity(
      std::vector<stats::CellCounts>{{base_missing, now_missing}, {base.numbers(), now.numbers()}});
  rule.figure.n = now.rows();
  rule.figure.new_value = distance->value;
  rule.detail = fmt::format("{} of {} against {} of {}",
                            format_count(now_missing),
                            format_count(now.rows()),
                            format_count(base_missing),
                            format_count(base.rows()));
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
    if (column.is_counted()) {
      if (auto missing = compare_missing(column, method_of(column))) {
        findings.push_back(*std::move(missing));
      }
    }
  }
  decide(findings);
  if (findings.empty()) {
    Outcome outcome;
    outcome.rule =
        result_of(std::string(to_string(rule_.kind)), "", at_most(*rule_.max), rule_.position);
    set_insufficient(outcome.rule, "the tables have no column in common");
    outcomes.push_back(std::move(outcome));
  }
  for (Finding& finding : findings) {
    outcomes.push_back(std::move(finding.outcome));
  }
}

}  // namespace mlops::check
