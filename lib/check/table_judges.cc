#include "check/table_judges.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace mlops::check {

ColumnOrder::ColumnOrder(const policy::Check& check, const CheckedTable& table)
    : check_(check), table_(table) {}

void ColumnOrder::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = result_of("order", "", "as described", check_.position);
  outcome.rule.verdict = Verdict::pass;
  const std::vector<std::string>& names = table_.columns();
  auto at = names.begin();
  std::string before;
  for (const policy::ColumnRule& column : check_.columns) {
    if (!table_.has(column.name)) {
      continue;
    }
    const auto found = std::find(at, names.end(), column.name);
    if (found == names.end()) {
      outcome.rule.verdict = Verdict::fail;
      outcome.rule.reason = fmt::format("{} stands before {}", quote(column.name), quote(before));
      break;
    }
    before = column.name;
    at = found;
  }
  outcomes.push_back(std::move(outcome));
}

SameColumns::SameColumns(const policy::CheckRule& rule,
                         const policy::Check& check,
                         const CheckedTable& table,
                         const CheckedTable& against)
    : rule_(result_of("skew columns", "", "the same in both", rule.position)) {
  std::vector<std::string> features = rule.columns;
  const auto offer = [&](const std::string& name) {
    const bool is_key = std::find(check.key.begin(), check.key.end(), name) != check.key.end();
    const bool is_known = std::find(features.begin(), features.end(), name) != features.end();
    if (!is_key && !is_known && name != check.label) {
      features.push_back(name);
    }
  };
  if (rule.columns.empty()) {
    std::for_each(table.columns().begin(), table.columns().end(), offer);
    std::for_each(against.columns().begin(), against.columns().end(), offer);
  }
  columns_ = features.size();
  for (const std::string& name : features) {
    if (!table.has(name) || !against.has(name)) {
      missing_.push_back(fmt::format("{} has no column {}",
                                     quote(table.has(name) ? against.name() : table.name()),
                                     quote(name)));
    }
  }
}

void SameColumns::conclude(std::vector<Outcome>& outcomes) {
  constexpr std::size_t kShown = 5;
  judge_count(rule_, missing_.size(), columns_, "column");
  const std::size_t all = missing_.size();
  missing_.resize(std::min(all, kShown));
  if (all > 0) {
    rule_.reason = join(missing_, ", ") +
                   (all > kShown ? fmt::format(" and {} more", all - kShown) : std::string());
  }
  outcomes.push_back({rule_, {}});
}

void RowCount::conclude(std::vector<Outcome>& outcomes) {
  policy::Limit limit;
  limit.min = rule_.min;
  limit.max = rule_.max;
  const auto text = [](double count) { return format_count(static_cast<std::uint64_t>(count)); };
  std::string shown = rule_.min ? ">= " + text(*rule_.min) : "<= " + text(*rule_.max);
  if (rule_.min && rule_.max) {
    shown = text(*rule_.min) + ".." + text(*rule_.max);
  }
  Outcome outcome;
  outcome.rule = result_of("rows", "", shown, rule_.position);
  outcome.rule.unit = policy::Unit::count;
  outcome.rule.figure.n = table_.rows();
  outcome.rule.figure.new_value = static_cast<double>(table_.rows());
  outcome.rule.verdict = policy::judge(limit, outcome.rule.figure, policy::Decide::point).verdict;
  outcomes.push_back(std::move(outcome));
}

KeyNulls::KeyNulls(const policy::Check& check, CheckedTable& table) : check_(check), table_(table) {
  const bool has_all = std::all_of(
      check.key.begin(), check.key.end(), [&](const auto& name) { return table.has(name); });
  if (has_all) {
    for (const std::string& name : check.key) {
      places_.push_back(table.want(name));
    }
    table.watch(*this);
  }
}

void KeyNulls::see(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size; ++i) {
    const bool is_whole = std::all_of(places_.begin(), places_.end(), [&](std::size_t place) {
      return rows.columns[place][i].kind != table::Cell::Kind::null;
    });
    if (!is_whole) {
      ++nulls_;
      if (first_.size() < kExamples) {
        first_.push_back(rows.first + i);
      }
    }
  }
}

void KeyNulls::conclude(std::vector<Outcome>& outcomes) {
  if (places_.empty()) {
    return;  // the key's own rule says what is missing
  }
  Outcome outcome;
  outcome.rule = result_of("key_nulls", join(check_.key, ", "), "no part missing", check_.position);
  judge_count(outcome.rule, nulls_, table_.rows(), "row");
  for (const std::uint64_t row : first_) {
    outcome.examples.push_back(table_.example(row, {}));
  }
  outcomes.push_back(std::move(outcome));
}

NoEvidence::NoEvidence(RuleResult rule, std::string reason) : rule_(std::move(rule)) {
  set_insufficient(rule_, std::move(reason));
}

void NoEvidence::conclude(std::vector<Outcome>& outcomes) {
  outcomes.push_back({rule_, {}});
}

}  // namespace mlops::check
