#include <nlohmann/json.hpp>

#include "report/elements_report.h"
#include "report/json_bytes.h"
#include "report/rules_json.h"

namespace mlops::report {
namespace {

using Json = nlohmann::ordered_json;

Json side(const std::string& name, const std::string& sha256, std::uint64_t rows) {
  return {{"name", name}, {"sha256", json_text_or_null(sha256)}, {"rows", rows}};
}

Json counts_of(const diff::ElementReport& report) {
  Json json;
  json["matched"] = report.matched;
  json["only_old"] = report.only_old;
  json["only_new"] = report.only_new;
  json["changed_rows"] = report.changed_rows;
  json["changed_cells"] = report.changed_cells;
  return json;
}

std::string_view mode_name(policy::ToleranceMode mode) {
  switch (mode) {
    case policy::ToleranceMode::sum:
      return "sum";
    case policy::ToleranceMode::either:
      return "either";
    case policy::ToleranceMode::symmetric:
      return "symmetric";
    case policy::ToleranceMode::ulp:
      break;
  }
  return "ulp";
}

Json worst_of(const diff::ElementColumn& column) {
  Json json = Json::array();
  for (const diff::ElementChange& change : column.worst) {
    json.push_back({{"key", change.key},
                    {"old", json_text_or_null(change.old_text)},
                    {"new", json_text_or_null(change.new_text)},
                    {"difference", json_number(change.difference)}});
  }
  return json;
}

Json columns_of(const diff::ElementReport& report) {
  Json json = Json::array();
  for (const diff::ElementColumn& column : report.columns) {
    Json one;
    one["name"] = column.name;
    one["changed"] = column.changed;
    one["within_tolerance"] = column.within;
    one["became_null"] = column.became_null;
    one["was_null"] = column.was_null;
    one["type_changes"] = column.type_changes;
    one["new_nonfinite"] = column.new_nonfinite;
    one["numbers"] = column.numbers;
    one["max_difference"] = json_number(column.max_difference);
    one["mean_difference"] = json_number(column.mean_difference);
    one["worst"] = worst_of(column);
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace

std::string elements_as_json(const diff::ElementReport& report,
                             const std::string& policy_file,
                             const std::string& policy_sha256) {
  Json elements;
  elements["old"] = side(report.old_name, report.old_sha256, report.old_rows);
  elements["new"] = side(report.new_name, report.new_sha256, report.new_rows);
  elements["key"] = report.key;
  elements["reader"] = json_reader(report.path);
  elements["tolerance"] = {{"mode", mode_name(report.tolerance.mode)},
                           {"rtol", report.tolerance.rtol},
                           {"atol", report.tolerance.atol}};
  elements["counts"] = counts_of(report);
  elements["columns"] = columns_of(report);
  elements["added_columns"] = report.added_columns;
  elements["removed_columns"] = report.removed_columns;
  elements["findings"] = report.findings;
  elements["rules"] = json_rules(report.rules);
  Json json;
  json["schema_version"] = 1;
  json["verdict"] = policy::to_string(report.verdict);
  json["policy"] = {{"file", json_text_or_null(policy_file)},
                    {"sha256", json_text_or_null(policy_sha256)}};
  json["elements"] = std::move(elements);
  spell_bytes(json);
  return json.dump(2, ' ') + '\n';
}

}  // namespace mlops::report
