#include "policy/check_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <set>

#include "base/text.h"
#include "policy/bounded.h"

namespace mlops::policy {
namespace {

const std::vector<std::string> kTypes{"int", "float", "bool", "string", "date", "timestamp"};
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
                                      "reference",
                                      "expr"};
const std::vector<std::string> kMethods{"ks", "psi", "js2", "w1std", "linf", "cramers_v"};
const std::vector<std::string> kCheckSeverities{"fail", "warn"};
const std::vector<std::string> kCheckOnInsufficient{"fail", "warn", "pass"};
constexpr std::size_t kMaxPattern = 1000;
constexpr std::size_t kMaxNumberDigits = 4;
constexpr std::size_t kMaxCheckName = 30;
constexpr double kMaxDigits = 17;

void check_order(const config::Table& table,
                 std::string_view low_key,
                 std::string_view high_key,
                 std::optional<double> low,
                 std::optional<double> high) {
  if (low && high && *low > *high) {
    table.fail(fmt::format("'{}' is greater than '{}'", low_key, high_key));
  }
}

std::size_t count_digits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// Of a repetition or a reference to a group. libstdc++ counts them in an int, unchecked.
bool has_huge_number(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '{' && pattern[at] != '\\') {
      continue;
    }
    const auto rest = pattern.substr(at + 1);
    const auto first = count_digits(rest);
    const auto second =
        rest.substr(first).starts_with(',') ? count_digits(rest.substr(first + 1)) : 0;
    if (std::max(first, second) > kMaxNumberDigits) {
      return true;
    }
  }
  return false;
}

void check_pattern(const config::Value& value) {
  const std::string pattern = value.as_string();
  if (pattern.size() > kMaxPattern) {
    value.fail(fmt::format("is longer than {} bytes", kMaxPattern));
  }
  if (has_huge_number(pattern)) {
    value.fail(fmt::format("has a number of more than {} digits in it", kMaxNumberDigits));
  }
  try {
    const std::regex compiled(pattern, std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    value.fail("is no regular expression");
  }
}

/// A finite number, or a text for dates.
std::optional<double> read_end(const config::Table& table,
                               std::string_view key,
                               const std::optional<std::string>& type) {
  const auto value = table.find(key);
  if (!value) {
    return std::nullopt;
  }
  const bool is_time = type && (*type == "date" || *type == "timestamp");
  if (is_time &&
      (value->is(config::Value::Kind::string) || value->is(config::Value::Kind::datetime))) {
    return std::nullopt;
  }
  const double number = value->as_number();
  if (!std::isfinite(number)) {
    value->fail("must be a finite number");
  }
  return number;
}

void read_values(const config::Table& table) {
  const auto values = table.find("values");
  if (!values) {
    return;
  }
  std::set<std::string> seen;
  for (const config::Value& value : values->as_array()) {
    const bool scalar =
        !value.is(config::Value::Kind::array) && !value.is(config::Value::Kind::table);
    if (!scalar) {
      value.fail("must be a text, number or boolean");
    }
    if (value.is(config::Value::Kind::string) && !seen.insert(value.as_string()).second) {
      value.fail(fmt::format("holds {} twice", quote(value.as_string())));
    }
  }
}

void read_column(const config::Table& table) {
  if (table.require("name").as_string().empty()) {
    table.fail("'name' is empty");
  }
  const auto type = table.find_choice("type", kTypes);
  table.find_bool("required");
  table.find_bool("unique");
  find_in(table, "nullable", 0, 1);
  const auto low = read_end(table, "min", type);
  const auto high = read_end(table, "max", type);
  check_order(table, "min", "max", low, high);
  read_values(table);
  if (const auto pattern = table.find("regex")) {
    check_pattern(*pattern);
  }
  const auto shortest = find_count(table, "min_length");
  const auto longest = find_count(table, "max_length");
  if (shortest && longest && *shortest > *longest) {
    table.fail("'min_length' is greater than 'max_length'");
  }
  table.finish();
}

/// "*", one column, or a list of columns.
void read_columns(const config::Table& table) {
  const auto value = table.find("columns");
  if (value && !value->is(config::Value::Kind::string)) {
    value->as_strings();
  }
}

void read_kind_keys(const config::Table& table, const std::string& kind) {
  if (kind == "drift") {
    table.find_choice("method", kMethods);
  } else if (kind == "leakage") {
    table.require("against").as_string();
    find_in(table, "near_digits", 1, kMaxDigits);
    find_count(table, "near_digits");
    table.find_string("group");
    table.find_string("time");
  } else if (kind == "pii") {
    table.find_strings("deny");
    table.find_strings("allow_columns");
  } else if (kind == "reference") {
    table.require("against").as_string();
  } else if (kind == "expr") {
    const auto expression = table.require("expr");
    if (trim(expression.as_string()).empty()) {
      expression.fail("is empty");
    }
  }
}

void read_check_rule(const config::Table& table) {
  const auto kind = table.find_choice("kind", kKinds);
  if (!kind) {
    table.fail("'kind' is missing", "write kind = \"drift\"");
  }
  read_columns(table);
  find_at_least(table, "max", 0);
  table.find_choice("severity", kCheckSeverities);
  read_kind_keys(table, *kind);
  table.finish();
}

void read_check(const std::string& name, const config::Table& table) {
  const bool valid = !name.empty() && name.size() <= kMaxCheckName &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                     });
  if (!valid) {
    table.fail(fmt::format("the name must be 1 to {} of a-z, 0-9 and '-'", kMaxCheckName));
  }
  if (table.require("table").as_string().empty()) {
    table.fail("'table' is empty");
  }
  table.find_string("label");
  table.find_string("baseline");
  table.find_choice("on_insufficient", kCheckOnInsufficient);
  std::set<std::string> columns;
  for (const config::Table& column : table.find_tables("column")) {
    read_column(column);
    if (!columns.insert(column.require("name").as_string()).second) {
      column.fail("the column is described twice");
    }
  }
  for (const config::Table& rule : table.find_tables("rule")) {
    read_check_rule(rule);
  }
  table.finish();
}

}  // namespace

std::vector<std::string> read_checks(const config::Table& document) {
  const auto checks = document.find_table("check");
  if (!checks) {
    return {};
  }
  std::vector<std::string> names = checks->keys();
  for (const std::string& name : names) {
    read_check(name, checks->require(name).as_table());
  }
  return names;
}

}  // namespace mlops::policy
