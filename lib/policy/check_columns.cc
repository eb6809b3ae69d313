#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

#include "base/text.h"
#include "base/time_text.h"
#include "policy/bounded.h"
#include "policy/check_rules.h"

namespace mlops::policy {
namespace {

const std::vector<std::string> kTypes{"int", "float", "bool", "string", "date", "timestamp"};
const std::vector<std::string> kMonotone{"increasing", "decreasing"};
constexpr std::size_t kMaxPattern = 1000;
constexpr std::size_t kMaxNumberDigits = 4;

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

std::string read_pattern(const config::Value& value) {
  std::string pattern = value.as_string();
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
  return pattern;
}

/// One end of a range and how the policy spells it.
struct End {
  double value = 0;
  std::string text;
};

End read_time(const config::Value& value, ColumnType type) {
  const std::string text =
      value.is(config::Value::Kind::datetime) ? value.as_datetime() : value.as_string();
  auto time = parse_date(text);
  if (!time && type == ColumnType::timestamp) {
    time = parse_timestamp(text);
  }
  if (!time) {
    value.fail(type == ColumnType::date ? "is no date such as 2024-01-31"
                                        : "is no time such as 2024-01-31T12:00:00Z");
  }
  return {static_cast<double>(*time), text};
}

/// A finite number, or a text for dates.
std::optional<End> read_end(const config::Table& table,
                            std::string_view key,
                            const std::optional<ColumnType>& type) {
  const auto value = table.find(key);
  if (!value) {
    return std::nullopt;
  }
  if (type == ColumnType::date || type == ColumnType::timestamp) {
    return read_time(*value, *type);
  }
  if (type == ColumnType::text || type == ColumnType::boolean) {
    value->fail(fmt::format("a {} has no range", to_string(*type)));
  }
  const double number = value->as_number();
  if (!std::isfinite(number)) {
    value->fail("must be a finite number");
  }
  return End{number, fmt::format("{}", number)};
}

void read_range(const config::Table& table, ColumnRule& rule) {
  const auto low = read_end(table, "min", rule.type);
  const auto high = read_end(table, "max", rule.type);
  if (low && high && low->value > high->value) {
    table.fail("'min' is greater than 'max'");
  }
  if (low) {
    rule.min = low->value;
    rule.range = ">= " + low->text;
  }
  if (high) {
    rule.max = high->value;
    rule.range = low ? low->text + ".." + high->text : "<= " + high->text;
  }
}

std::string text_of(const config::Value& value) {
  switch (value.kind()) {
    case config::Value::Kind::string:
      return value.as_string();
    case config::Value::Kind::integer:
      return fmt::format("{}", value.as_integer());
    case config::Value::Kind::number:
      return fmt::format("{}", value.as_number());
    case config::Value::Kind::boolean:
      return value.as_bool() ? "true" : "false";
    case config::Value::Kind::datetime:
      return value.as_datetime();
    case config::Value::Kind::array:
    case config::Value::Kind::table:
      break;
  }
  value.fail("must be a text, number or boolean");
}

std::vector<std::string> read_values(const config::Table& table) {
  std::vector<std::string> texts;
  const auto values = table.find("values");
  if (!values) {
    return texts;
  }
  std::set<std::string> seen;
  for (const config::Value& value : values->as_array()) {
    texts.push_back(text_of(value));
    if (!seen.insert(texts.back()).second) {
      value.fail(fmt::format("holds {} twice", quote(texts.back())));
    }
  }
  if (texts.empty()) {
    values->fail("is empty: no value would be allowed");
  }
  return texts;
}

}  // namespace

std::string_view to_string(ColumnType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

std::string_view to_string(Monotone monotone) {
  return kMonotone[static_cast<std::size_t>(monotone)];
}

ColumnRule read_column(const config::Table& table) {
  ColumnRule rule;
  rule.position = table.position();
  rule.name = table.require("name").as_string();
  if (rule.name.empty()) {
    table.fail("'name' is empty");
  }
  if (const auto type = table.find_choice("type", kTypes)) {
    rule.type =
        static_cast<ColumnType>(std::find(kTypes.begin(), kTypes.end(), *type) - kTypes.begin());
  }
  rule.required = table.find_bool("required").value_or(false);
  rule.unique = table.find_bool("unique").value_or(false);
  rule.nullable = find_in(table, "nullable", 0, 1);
  read_range(table, rule);
  rule.values = read_values(table);
  if (const auto pattern = table.find("regex")) {
    rule.regex = read_pattern(*pattern);
  }
  rule.min_length = find_count(table, "min_length");
  rule.max_length = find_count(table, "max_length");
  if (const auto monotone = table.find_choice("monotone", kMonotone)) {
    rule.monotone = *monotone == kMonotone.front() ? Monotone::increasing : Monotone::decreasing;
  }
  if (rule.min_length && rule.max_length && *rule.min_length > *rule.max_length) {
    table.fail("'min_length' is greater than 'max_length'");
  }
  table.finish();
  return rule;
}

}  // namespace mlops::policy
