#include <cmath>

#include <nlohmann/json.hpp>

#include "check/masked.h"
#include "report/check_report.h"
#include "report/check_rules.h"
#include "report/json_bytes.h"

namespace mlops::report {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson or_null(const std::string& text) {
  return text.empty() ? OrderedJson(nullptr) : OrderedJson(text);
}

/// JSON has no infinities: none of the figures of a check is one.
OrderedJson figure_of(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson examples_of(const check::Outcome& outcome, Values values) {
  OrderedJson json = OrderedJson::array();
  for (const check::Example& example : outcome.examples) {
    OrderedJson one;
    one["file"] = or_null(example.file);
    one["row"] = example.row == 0 ? OrderedJson(nullptr) : OrderedJson(example.row);
    one["value"] = or_null(values == Values::shown ? example.value : check::masked(example.value));
    json.push_back(std::move(one));
  }
  return json;
}

OrderedJson rule_of(const check::Outcome& outcome, Values values) {
  const policy::RuleResult& rule = outcome.rule;
  OrderedJson json;
  json["rule"] = rule.metric;
  json["column"] = or_null(rule.slice);
  json["limit"] = rule.limit;
  json["value"] = rule.unit == policy::Unit::count && rule.figure.new_value
                      ? OrderedJson(static_cast<std::uint64_t>(*rule.figure.new_value))
                      : figure_of(rule.figure.new_value);
  json["n"] = rule.figure.n;
  json["p_adjusted"] = figure_of(rule.p_adjusted);
  json["verdict"] = policy::to_string(rule.verdict);
  json["effect"] = policy::to_string(rule.effect);
  json["reason"] = or_null(rule.reason);
  json["detail"] = or_null(rule.detail);
  json["examples"] = examples_of(outcome, values);
  json["position"] = or_null(rule.position);
  return json;
}

OrderedJson table_of(const check::TableFacts& table) {
  return {{"name", table.name},
          {"files", table.files},
          {"rows", table.rows},
          {"columns", table.columns}};
}

OrderedJson columns_of(const check::CheckReport& check) {
  OrderedJson json = OrderedJson::array();
  for (const check::ColumnFacts& facts : check.columns) {
    json.push_back({{"name", facts.name},
                    {"nulls", facts.nulls},
                    {"nans", facts.nans},
                    {"infinities", facts.infinities},
                    {"numbers", facts.numbers},
                    {"texts", facts.texts},
                    {"spelled_nulls", facts.spelled_nulls},
                    {"spellings", facts.spellings}});
  }
  return json;
}

OrderedJson check_of(const check::CheckReport& check, Values values) {
  OrderedJson json;
  json["name"] = check.name;
  json["verdict"] = policy::to_string(check.verdict);
  json["table"] = table_of(check.table);
  json["baseline"] = check.baseline ? table_of(*check.baseline) : OrderedJson(nullptr);
  json["against"] = OrderedJson::array();
  for (const check::TableFacts& table : check.against) {
    json["against"].push_back(table_of(table));
  }
  json["rules"] = OrderedJson::array();
  for (const check::Outcome& outcome : check.outcomes) {
    json["rules"].push_back(rule_of(outcome, values));
  }
  json["columns"] = columns_of(check);
  json["notes"] = check.notes;
  return json;
}

}  // namespace

std::string check_as_json(const check::Report& report, Values values) {
  OrderedJson json;
  json["version"] = 1;
  json["verdict"] = policy::to_string(report.verdict);
  json["policy"] = {{"file", or_null(report.policy_file)},
                    {"sha256", or_null(report.policy_sha256)}};
  json["values"] = values == Values::shown ? "shown" : "masked";
  json["checks"] = OrderedJson::array();
  for (const check::CheckReport& check : report.checks) {
    json["checks"].push_back(check_of(check, values));
  }
  spell_bytes(json);
  return json.dump(2, ' ') + '\n';
}

}  // namespace mlops::report
