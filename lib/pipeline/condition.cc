#include "pipeline/condition.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace mlops::pipeline {

namespace {

struct Condition {
  std::string path;
  std::string comparison;  ///< empty: the value itself
  nlohmann::json literal;
};

nlohmann::json parse_literal(std::string_view text) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  return value.is_discarded() ? nlohmann::json(std::string(text)) : value;
}

/// The first operator; a path holds none of these characters.
std::size_t find_operator(std::string_view text) {
  return text.find_first_of("=!<>");
}

std::optional<Condition> parse(std::string_view text, std::string& problem) {
  Condition condition;
  const auto at = find_operator(text);
  condition.path = std::string(trim(text.substr(0, at)));
  const bool is_named =
      condition.path.starts_with("params.") || condition.path.starts_with("matrix.");
  if (!is_named || condition.path.ends_with(".") ||
      condition.path.find_first_of(" \t\n\"'") != std::string::npos) {
    problem = "must start with a path such as 'params.train.enabled' or 'matrix.model'";
    return std::nullopt;
  }
  if (at == std::string_view::npos) {
    return condition;
  }
  const auto rest = text.substr(at);
  const std::size_t length = rest.size() > 1 && rest[1] == '=' ? 2 : 1;
  condition.comparison = std::string(rest.substr(0, length));
  static const std::array<std::string_view, 4> kComparisons{"==", "!=", "<", ">"};
  if (std::find(kComparisons.begin(), kComparisons.end(), condition.comparison) ==
      kComparisons.end()) {
    problem = fmt::format("{} is not one of ==, !=, < and >", quote(condition.comparison));
    return std::nullopt;
  }
  const auto literal = trim(rest.substr(length));
  if (literal.empty()) {
    problem = fmt::format("nothing stands behind {}", quote(condition.comparison));
    return std::nullopt;
  }
  condition.literal = parse_literal(literal);
  if (condition.literal.is_structured() || condition.literal.is_null()) {
    problem = fmt::format("{} is not a string, a number, true or false", quote(literal));
    return std::nullopt;
  }
  return condition;
}

bool is_less(const nlohmann::json& a, const nlohmann::json& b, std::string_view text) {
  const bool comparable = (a.is_number() && b.is_number()) || (a.is_string() && b.is_string());
  if (!comparable) {
    throw Error(ErrorKind::config,
                fmt::format("{}: < and > compare two numbers or two strings", quote(text)));
  }
  return a < b;
}

}  // namespace

std::string condition_problem(std::string_view text) {
  std::string problem;
  parse(text, problem);
  return problem;
}

bool evaluate_condition(std::string_view text,
                        const std::function<const nlohmann::json*(std::string_view)>& find) {
  std::string problem;
  const auto condition = parse(text, problem);
  if (!condition) {
    throw Error(ErrorKind::config, fmt::format("{}: {}", quote(text), problem));
  }
  const auto* value = find(condition->path);
  if (value == nullptr) {
    throw Error(ErrorKind::config,
                fmt::format("{}: there is no {}", quote(text), quote(condition->path)));
  }
  if (condition->comparison.empty()) {
    if (!value->is_boolean()) {
      throw Error(ErrorKind::config,
                  fmt::format("{}: must be true or false, not {}", quote(text), value->dump()),
                  "compare it, as in 'params.train.epochs > 0'");
    }
    return value->get<bool>();
  }
  if (condition->comparison == "==") {
    return *value == condition->literal;
  }
  if (condition->comparison == "!=") {
    return *value != condition->literal;
  }
  return condition->comparison == "<" ? is_less(*value, condition->literal, text)
                                      : is_less(condition->literal, *value, text);
}

}  // namespace mlops::pipeline
