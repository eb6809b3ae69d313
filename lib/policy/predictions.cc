#include "policy/predictions.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::policy {
namespace {

const std::vector<std::string> kTasks{
    "regression", "classification", "ranking", "text", "embedding", "tensor"};
constexpr std::size_t kMaxName = 30;
constexpr std::size_t kMaxCrossing = 4;
constexpr std::size_t kMaxColumnsNamed = 1000;

[[noreturn]] void fail(std::string_view where, std::string_view problem, std::string hint = {}) {
  throw Error(ErrorKind::config, fmt::format("{}: {}", where, problem), std::move(hint));
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

void check_path(std::string_view path, std::string_view where) {
  if (path.empty() || path.front() == '/') {
    fail(where, fmt::format("path {} must be relative to the pipeline file", quote(path)));
  }
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") {
      fail(where, fmt::format("path {} leaves the repository", quote(path)));
    }
  }
  if (std::any_of(path.begin(), path.end(), [](char c) { return c == '\0' || c == '\n'; })) {
    fail(where, fmt::format("path {} holds a control character", quote(path)));
  }
}

void check_columns(const std::vector<std::string>& names,
                   std::string_view key,
                   std::string_view where) {
  std::set<std::string_view> seen;
  if (names.size() > kMaxColumnsNamed) {
    fail(where, fmt::format("'{}' names more than {} columns", key, kMaxColumnsNamed));
  }
  for (const std::string& name : names) {
    if (name.empty()) {
      fail(where, fmt::format("'{}' holds an empty name", key));
    }
    if (!seen.insert(name).second) {
      fail(where, fmt::format("'{}' names {} twice", key, quote(name)));
    }
  }
}

void check_classes(const PredictionSet& set, std::string_view where) {
  std::vector<std::string> columns;
  std::vector<std::string> classes;
  for (const auto& [name, column] : set.probabilities) {
    classes.push_back(name);
    columns.push_back(column);
  }
  check_columns(columns, "probabilities", where);
  if (set.task != Task::classification && (!set.probabilities.empty() || set.positive)) {
    fail(where,
         fmt::format("'probabilities' and 'positive' belong to classification, not to {}",
                     to_string(set.task)));
  }
  if (set.positive && !classes.empty() &&
      std::find(classes.begin(), classes.end(), *set.positive) == classes.end()) {
    fail(
        where,
        fmt::format("the positive class {} has no column in 'probabilities'", quote(*set.positive)),
        fmt::format("write probabilities = {{ {} = \"COLUMN\" }}",
                    config::toml_key(*set.positive)));
  }
  if (set.positive && classes.size() > 2) {
    fail(where, fmt::format("'positive' is for two classes, not for {}", classes.size()));
  }
}

void check_task(const PredictionSet& set, std::string_view where) {
  if (set.task == Task::ranking && set.key.size() < 2) {
    fail(where,
         "a ranking needs a key of at least two columns: those of the query, then that of the item",
         "write key = [\"query\", \"item\"]");
  }
  if ((set.task == Task::embedding || set.task == Task::tensor) && set.label) {
    fail(where, fmt::format("'label' has no meaning for {}", to_string(set.task)), "leave it out");
  }
}

std::vector<std::pair<std::string, std::string>> read_probabilities(const config::Table& table) {
  std::vector<std::pair<std::string, std::string>> probabilities;
  const auto classes = table.find_table("probabilities");
  if (!classes) {
    return probabilities;
  }
  for (const std::string& name : classes->keys()) {
    probabilities.emplace_back(name, classes->require(name).as_string());
  }
  if (probabilities.empty()) {
    classes->fail("must name at least one class", "write probabilities = { CLASS = \"COLUMN\" }");
  }
  return probabilities;
}

/// One name or a list of names.
std::vector<std::string> read_names(const config::Table& table, std::string_view key) {
  const auto value = table.find(key);
  if (!value) {
    return {};
  }
  if (value->is(config::Value::Kind::string)) {
    return {value->as_string()};
  }
  return value->as_strings();
}

}  // namespace

std::string_view to_string(Task task) {
  return kTasks.at(static_cast<std::size_t>(task));
}

std::optional<Task> find_task(std::string_view name) {
  const auto found = std::find(kTasks.begin(), kTasks.end(), name);
  return found == kTasks.end() ? std::nullopt
                               : std::optional(static_cast<Task>(found - kTasks.begin()));
}

std::vector<std::string> unit_key(const PredictionSet& set) {
  std::vector<std::string> key = set.key;
  if (set.task == Task::ranking && !key.empty()) {
    key.pop_back();
  }
  return key;
}

std::string_view unit_noun(const PredictionSet& set) {
  return set.task == Task::ranking ? "list" : "row";
}

std::vector<std::string> slice_columns(std::string_view slice, std::string_view where) {
  std::vector<std::string> columns;
  for (const std::string_view part : split(slice, '*')) {
    columns.emplace_back(trim(part));
    if (columns.back().empty()) {
      fail(where, fmt::format("slice {} has an empty part", quote(slice)));
    }
  }
  if (columns.size() > kMaxCrossing) {
    fail(where, fmt::format("slice {} crosses more than {} columns", quote(slice), kMaxCrossing));
  }
  const std::set<std::string> distinct(columns.begin(), columns.end());
  if (distinct.size() != columns.size()) {
    fail(where, fmt::format("slice {} names a column twice", quote(slice)));
  }
  return columns;
}

void check_prediction_set(const PredictionSet& set, std::string_view where) {
  if (!is_name(set.name)) {
    fail(where,
         fmt::format("the name {} must be 1 to {} of a-z, 0-9 and '-'", quote(set.name), kMaxName));
  }
  check_path(set.path, where);
  check_columns(set.key, "key", where);
  check_columns(set.sensitive_features, "sensitive_features", where);
  check_columns(set.slices, "slices", where);
  for (const std::string& slice : set.slices) {
    slice_columns(slice, where);
  }
  check_classes(set, where);
  check_task(set, where);
  if (!set.prediction && set.probabilities.empty()) {
    fail(where,
         "neither 'prediction' nor 'probabilities' is given",
         "write prediction = \"COLUMN\"");
  }
}

PredictionSet read_prediction_set(const std::string& name, const config::Table& table) {
  PredictionSet set;
  set.name = name;
  set.path = table.require("path").as_string();
  const auto task = table.find_choice("task", kTasks);
  if (!task) {
    table.fail("'task' is missing", "write task = \"classification\" or task = \"regression\"");
  }
  set.task = find_task(*task).value();
  set.key = read_names(table, "key");
  set.label = table.find_string("label");
  set.prediction = table.find_string("prediction");
  set.probabilities = read_probabilities(table);
  set.positive = table.find_string("positive");
  set.slices = read_names(table, "slices");
  set.sensitive_features = read_names(table, "sensitive_features");
  set.weight = table.find_string("weight");
  set.stage = table.find_string("stage");
  table.finish();
  check_prediction_set(set, config::to_string(table.position()));
  return set;
}

std::vector<PredictionSet> read_prediction_sets(const config::Table& document) {
  std::vector<PredictionSet> sets;
  const auto predictions = document.find_table("predictions");
  if (!predictions) {
    return sets;
  }
  for (const std::string& name : predictions->keys()) {
    sets.push_back(read_prediction_set(name, predictions->require(name).as_table()));
  }
  return sets;
}

}  // namespace mlops::policy
