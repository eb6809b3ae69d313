#include "check/personal_data.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/masked.h"

namespace mlops::check {
namespace {

constexpr double kOfChance = 0.1;  ///< kinds of a larger usual share are made by chance

std::string names_of(const PiiKinds& kinds) {
  std::vector<std::string> names;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    if (kinds.test(kind)) {
      names.emplace_back(to_string(static_cast<PiiKind>(kind)));
    }
  }
  return join(names, ", ");
}

}  // namespace

PersonalData::PersonalData(const policy::CheckRule& rule, CheckedTable& table)
    : rule_(rule), table_(table) {
  for (const PiiKind kind : rule.deny) {
    denied_.set(static_cast<std::size_t>(kind));
  }
  if (rule.deny.empty()) {
    denied_.set();
  }
  const std::vector<std::string> wanted = rule.columns.empty() ? table.columns() : rule.columns;
  for (const std::string& name : wanted) {
    const auto& allowed = rule.allow_columns;
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
      allowed_.push_back(name);
    } else if (!table.has(name)) {
      missing_.push_back(name);
    } else {
      columns_.push_back({name, table.want(name), hinted_by(name), 0, {}, {}});
    }
  }
  table.watch(*this);
}

void PersonalData::see(const Rows& rows) {
  for (Column& column : columns_) {
    see_column(column, rows);
  }
}

void PersonalData::see_column(Column& column, const Rows& rows) const {
  const table::ScannedColumn& cells = rows.columns[column.place];
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (cells[i].kind == table::Cell::Kind::null) {
      continue;
    }
    ++column.values;
    const PiiKinds found = find_personal(cells[i].text, column.hinted) & denied_;
    if (found.none()) {
      continue;
    }
    for (std::size_t kind = 0; kind < found.size(); ++kind) {
      column.hits[kind] += found.test(kind) ? 1U : 0U;
    }
    if (column.first.size() < kExamples) {
      column.first.emplace_back(rows.first + i, masked(cells[i].text));
    }
  }
}

/// By its name, or by its values: of numbers that chance makes often, most must be one.
bool PersonalData::is_kind(const Column& column, std::size_t kind) const {
  if (column.hinted.test(kind)) {
    return true;
  }
  if (column.hits[kind] == 0) {
    return false;
  }
  const double share = static_cast<double>(column.hits[kind]) / static_cast<double>(column.values);
  const double usual = usual_share(static_cast<PiiKind>(kind));
  // A limit of the policy is for what chance does not make.
  return rule_.max && usual < kOfChance ? share > *rule_.max : share >= usual;
}

Outcome PersonalData::judge(const Column& column) const {
  Outcome outcome;
  RuleResult& rule = outcome.rule;
  rule = result_of("pii",
                   column.name,
                   rule_.deny.empty() ? std::string("none") : "no " + names_of(denied_),
                   rule_.position);
  rule.figure.n = column.values;
  std::vector<std::string> found;
  double largest = 0;
  for (std::size_t kind = 0; kind < policy::kPiiKinds; ++kind) {
    if (!denied_.test(kind) || !is_kind(column, kind)) {
      continue;
    }
    const std::uint64_t hits = column.hits[kind];
    std::vector<std::string> why;
    if (column.hinted.test(kind)) {
      why.emplace_back("by its name");
    }
    if (hits > 0) {
      why.push_back(fmt::format("{} of {}", format_count(hits), plural(column.values, "value")));
      largest = std::max(largest, static_cast<double>(hits) / static_cast<double>(column.values));
    }
    found.push_back(fmt::format("{} ({})", to_string(static_cast<PiiKind>(kind)), join(why, ", ")));
  }
  rule.figure.new_value = largest;
  rule.verdict = found.empty() ? Verdict::pass : Verdict::fail;
  rule.reason = join(found, ", ");
  if (!found.empty()) {
    for (const auto& [row, form] : column.first) {
      outcome.examples.push_back(table_.example(row, form));
    }
  }
  return outcome;
}

void PersonalData::conclude(std::vector<Outcome>& outcomes) {
  for (const Column& column : columns_) {
    outcomes.push_back(judge(column));
  }
  for (const std::string& name : allowed_) {
    Outcome outcome;
    outcome.rule = result_of("pii", name, "any", rule_.position);
    outcome.rule.reason = "allowed by the policy";
    outcomes.push_back(std::move(outcome));
  }
  for (const std::string& name : missing_) {
    Outcome outcome;
    outcome.rule = result_of("pii", name, "none", rule_.position);
    set_insufficient(outcome.rule, "there is no such column");
    outcomes.push_back(std::move(outcome));
  }
}

std::vector<std::string> PersonalData::notes() const {
  return {
      "pii knows forms, checksums and the words of column names: names of people, addresses and "
      "what free text tells are not found, and it is no legal advice"};
}

}  // namespace mlops::check
