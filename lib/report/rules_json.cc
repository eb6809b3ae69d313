#include "report/rules_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "policy/metric_name.h"

namespace mlops::report {

using Json = nlohmann::ordered_json;

Json json_number(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "Infinity" : "-Infinity";
  }
  return value;
}

Json json_number(const std::optional<double>& value) {
  return value ? json_number(*value) : Json(nullptr);
}

Json json_text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json json_interval(const std::optional<stats::Interval>& ci) {
  return ci ? Json::array({json_number(ci->low), json_number(ci->high)}) : Json(nullptr);
}

Json json_reader(const table::ReadPath& path) {
  return {{"name", path.is_fast ? "fast" : "general"}, {"reason", json_text_or_null(path.why_not)}};
}

Json json_rules(const std::vector<diff::RuleResult>& rules) {
  Json json = Json::array();
  for (const diff::RuleResult& rule : rules) {
    Json one;
    one["name"] = rule.name;
    one["metric"] = rule.metric;
    one["slice"] = json_text_or_null(rule.slice);
    one["limit"] = rule.limit;
    one["old"] = json_number(rule.figure.old_value);
    one["new"] = rule.unit == diff::Unit::count && rule.figure.new_value
                     ? Json(static_cast<std::uint64_t>(*rule.figure.new_value))
                     : json_number(rule.figure.new_value);
    one["change"] = json_number(rule.figure.change);
    const auto metric = policy::parse_metric_name(rule.metric);
    const bool of_pair = metric && policy::is_of_pair(*metric);
    one["ci"] = json_interval(of_pair ? rule.figure.new_ci : rule.figure.change_ci);
    one["new_ci"] = json_interval(rule.figure.new_ci);
    one["n"] = rule.figure.n;
    one["p_adjusted"] = json_number(rule.p_adjusted);
    one["verdict"] = policy::to_string(rule.verdict);
    one["effect"] = policy::to_string(rule.effect);
    one["reason"] = json_text_or_null(rule.reason);
    one["detail"] = json_text_or_null(rule.detail);
    one["position"] = json_text_or_null(rule.position);
    one["built_in"] = rule.origin == diff::RuleOrigin::built_in;
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace mlops::report
