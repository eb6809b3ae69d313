#include "policy/check_rules.h"

#include <algorithm>
#include <set>

#include "base/suggest.h"
#include "base/text.h"
#include "base/units.h"
#include "policy/bounded.h"
#include "policy/row_expression.h"

namespace mlops::policy {
namespace {

// In the order of their enums.
const std::vector<std::string> kKinds{"rows",
                                      "freshness",
                                      "duplicates",
                                      "conflicts",
                                      "imbalance",
                                      "new_labels",
                                      "drift",
                                      "leakage",
                                      "target_leakage",
                                      "pii",
                                      "representation",
                                      "correlation",
                                      "outliers",
                                      "skew",
                                      "reference",
                                      "expr"};
const std::vector<std::string> kMethods{"ks", "psi", "js2", "w1std", "linf", "cramers_v"};
const std::vector<std::string> kPiiNames{"email",
                                         "card",
                                         "iban",
                                         "ip",
                                         "mac",
                                         "phone",
                                         "es_nif",
                                         "pl_pesel",
                                         "fi_hetu",
                                         "it_cf",
                                         "uk_nhs",
                                         "de_steuer_id",
                                         "se_personnummer",
                                         "tr_tckn",
                                         "birth_date",
                                         "art9"};
const std::vector<std::string> kCheckSeverities{"warn", "fail"};
const std::vector<std::string> kDriftCorrections{"holm", "bh", "none"};
const std::vector<std::string> kCheckOnInsufficient{"fail", "warn", "pass"};
constexpr std::size_t kMaxCheckName = 30;
constexpr double kMaxDigits = 17;

/// The enumerator at the choice's place; nothing where the key is absent.
template <typename Enum>
std::optional<Enum> find_enum(const config::Table& table,
                              std::string_view key,
                              const std::vector<std::string>& choices) {
  const auto text = table.find_choice(key, choices);
  if (!text) {
    return std::nullopt;
  }
  return static_cast<Enum>(std::find(choices.begin(), choices.end(), *text) - choices.begin());
}

/// "*", one column, or a list of columns; "*" is none in particular.
std::vector<std::string> read_columns(const config::Table& table) {
  const auto value = table.find("columns");
  if (!value) {
    return {};
  }
  if (!value->is(config::Value::Kind::string)) {
    std::vector<std::string> names = value->as_strings();
    std::vector<std::string> sorted = names;
    std::sort(sorted.begin(), sorted.end());
    if (names.empty() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      value->fail(names.empty() ? "is empty" : "holds a column twice");
    }
    return names;
  }
  const std::string name = value->as_string();
  return name == "*" ? std::vector<std::string>() : std::vector{name};
}

void read_rows(const config::Table& table, CheckRule& rule) {
  const auto min = find_count(table, "min");
  const auto max = find_count(table, "max");
  if (!min && !max) {
    table.fail("the rule has no limit", "write min = 1000, max = 1000000, or both");
  }
  if (min && max && *min > *max) {
    table.fail("'min' is greater than 'max'");
  }
  rule.min = min ? std::optional(static_cast<double>(*min)) : std::nullopt;
  rule.max = max ? std::optional(static_cast<double>(*max)) : std::nullopt;
}

void read_freshness(const config::Table& table, CheckRule& rule) {
  rule.time = table.require("time").as_string();
  const config::Value max = table.require("max");
  if (max.is(config::Value::Kind::string)) {
    rule.max_age = parse_duration(max.as_string());
  }
  if (!rule.max_age) {
    max.fail("is no duration", "write max = \"7d\": the newest row may be a week old");
  }
}

void read_least(const config::Table& table, CheckRule& rule) {
  rule.min_rows = find_count(table, "min_rows").value_or(rule.min_rows);
}

void read_test(const config::Table& table, CheckRule& rule) {
  read_least(table, rule);
  rule.correction =
      find_enum<Correction>(table, "correction", kDriftCorrections).value_or(rule.correction);
  if (const auto alpha = table.find("alpha")) {
    rule.alpha = alpha->as_number();
    if (!(rule.alpha > 0 && rule.alpha < 1)) {
      alpha->fail("must be greater than 0 and less than 1");
    }
  }
}

void read_change(const config::Table& table, CheckRule& rule) {
  if (!rule.max) {
    table.fail(fmt::format("a {} rule needs 'max'", to_string(rule.kind)), "write max = 0.2");
  }
  if (rule.kind == CheckKind::drift || rule.kind == CheckKind::skew) {
    rule.method = find_enum<DriftMethod>(table, "method", kMethods);
  }
  read_test(table, rule);
}

void read_outliers(const config::Table& table, CheckRule& rule) {
  rule.max = find_in(table, "max", 0, 1);
  if (!rule.max) {
    table.fail("an outliers rule needs 'max'",
               "write max = 0.001: the share of a column's numbers that may be far out");
  }
  read_least(table, rule);
}

void read_representation(const config::Table& table, CheckRule& rule) {
  rule.min = find_in(table, "min", 0, 1);
  rule.max = find_in(table, "max", 0, 1);
  rule.positive = table.find_string("positive");
  read_least(table, rule);
  if (rule.columns.empty()) {
    table.fail("'columns' is missing", "write columns = [\"sex\"]: what the groups are");
  }
  if (!rule.min && !rule.max) {
    table.fail("the rule has no limit",
               "write min = 0.1, the least share of a group, or max = 0.1, how far label rates of "
               "groups may be apart");
  }
  if (rule.max.has_value() != rule.positive.has_value()) {
    table.fail("'max' and 'positive' belong together",
               "write max = 0.1 and positive = \"1\": the label whose rate is compared");
  }
}

void read_pii(const config::Table& table, CheckRule& rule) {
  rule.max = find_in(table, "max", 0, 1);
  rule.allow_columns = table.find_strings("allow_columns");
  const auto deny = table.find("deny");
  if (!deny) {
    return;
  }
  for (const config::Value& value : deny->as_array()) {
    const std::string name = value.as_string();
    const auto found = std::find(kPiiNames.begin(), kPiiNames.end(), name);
    if (found == kPiiNames.end()) {
      const std::string meant = did_you_mean(name, kPiiNames);
      value.fail(fmt::format("{} is no kind of personal data", quote(name)),
                 meant.empty() ? "there are: " + join(kPiiNames, ", ") : meant);
    }
    rule.deny.push_back(static_cast<PiiKind>(found - kPiiNames.begin()));
  }
}

void read_reference(const config::Table& table, CheckRule& rule) {
  rule.max = find_in(table, "max", 0, 1);
  rule.against = table.require("against").as_string();
  rule.key = table.find_strings("key");
  if (rule.columns.empty()) {
    table.fail("'columns' is missing", "write columns = [\"country\"]: whose values must be there");
  }
  if (!rule.key.empty() && rule.key.size() != rule.columns.size()) {
    table.fail("'key' has not as many columns as 'columns'",
               "write key = [\"code\"]: the columns of the other table, in the same order");
  }
}

void read_expr(const config::Table& table, CheckRule& rule) {
  rule.max = find_in(table, "max", 0, 1);
  const auto expression = table.require("expr");
  rule.expr = expression.as_string();
  if (const auto problem = check_row_expression(rule.expr)) {
    expression.fail(problem->what, problem->hint);
  }
}

void read_leakage(const config::Table& table, CheckRule& rule) {
  rule.against = table.require("against").as_string();
  find_in(table, "near_digits", 1, kMaxDigits);
  rule.near_digits = find_count(table, "near_digits");
  rule.group = table.find_string("group");
  rule.time = table.find_string("time");
}

void read_kind_keys(const config::Table& table, CheckRule& rule) {
  if (rule.kind == CheckKind::rows) {
    read_rows(table, rule);
    return;
  }
  if (rule.kind == CheckKind::freshness) {
    read_freshness(table, rule);
    return;
  }
  switch (rule.kind) {
    case CheckKind::representation:
      read_representation(table, rule);
      return;
    case CheckKind::pii:
      read_pii(table, rule);
      return;
    case CheckKind::outliers:
      read_outliers(table, rule);
      return;
    case CheckKind::reference:
      read_reference(table, rule);
      return;
    case CheckKind::expr:
      read_expr(table, rule);
      return;
    default:
      break;
  }
  rule.max = find_at_least(table, "max", 0);
  if (rule.kind == CheckKind::skew) {
    rule.against = table.require("against").as_string();
  }
  if (rule.kind == CheckKind::drift || rule.kind == CheckKind::skew ||
      rule.kind == CheckKind::correlation) {
    read_change(table, rule);
  } else if (rule.kind == CheckKind::leakage) {
    read_leakage(table, rule);
  } else if (rule.kind == CheckKind::target_leakage) {
    read_least(table, rule);
  }
}

CheckRule read_check_rule(const config::Table& table) {
  CheckRule rule;
  rule.position = table.position();
  const auto kind = find_enum<CheckKind>(table, "kind", kKinds);
  if (!kind) {
    table.fail("'kind' is missing", "write kind = \"drift\"");
  }
  rule.kind = *kind;
  rule.columns = read_columns(table);
  rule.severity = find_enum<Severity>(table, "severity", kCheckSeverities).value_or(rule.severity);
  read_kind_keys(table, rule);
  table.finish();
  return rule;
}

bool is_check_name(const std::string& name) {
  return !name.empty() && name.size() <= kMaxCheckName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Check read_check(const std::string& name, const config::Table& table) {
  if (!is_check_name(name)) {
    table.fail(fmt::format("the name must be 1 to {} of a-z, 0-9 and '-'", kMaxCheckName));
  }
  Check check;
  check.name = name;
  check.position = table.position();
  check.table = table.require("table").as_string();
  if (check.table.empty()) {
    table.fail("'table' is empty");
  }
  check.label = table.find_string("label");
  check.baseline = table.find_string("baseline");
  check.key = table.find_strings("key");
  check.ordered = table.find_bool("ordered").value_or(false);
  check.on_insufficient = find_enum<OnInsufficient>(table, "on_insufficient", kCheckOnInsufficient)
                              .value_or(check.on_insufficient);
  std::set<std::string> columns;
  for (const config::Table& column : table.find_tables("column")) {
    check.columns.push_back(read_column(column));
    if (!columns.insert(check.columns.back().name).second) {
      column.fail("the column is described twice");
    }
  }
  for (const config::Table& rule : table.find_tables("rule")) {
    check.rules.push_back(read_check_rule(rule));
  }
  table.finish();
  return check;
}

}  // namespace

std::string_view to_string(CheckKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

std::string_view to_string(PiiKind kind) {
  return kPiiNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(DriftMethod method) {
  return kMethods[static_cast<std::size_t>(method)];
}

std::vector<Check> read_checks(const config::Table& document) {
  std::vector<Check> checks;
  const auto table = document.find_table("check");
  if (!table) {
    return checks;
  }
  for (const std::string& name : table->keys()) {
    checks.push_back(read_check(name, table->require(name).as_table()));
  }
  return checks;
}

}  // namespace mlops::policy
