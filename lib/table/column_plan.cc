#include "table/column_plan.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"

namespace mlops::table {
namespace {

class Planner {
 public:
  explicit Planner(const OpenTable& table) : table_(table) {
    for (std::size_t i = 0; i < table.shape.columns.size(); ++i) {
      in_file_.emplace(table.shape.columns[i], i);
    }
  }

  std::optional<std::size_t> find(const std::string& name) {
    const auto found = in_file_.find(name);
    if (found == in_file_.end()) {
      return std::nullopt;
    }
    const auto [place, is_new] = in_read_.emplace(found->second, plan.read.size());
    if (is_new) {
      plan.read.push_back(found->second);
    }
    return place->second;
  }

  std::size_t require(const std::string& name) {
    if (const std::optional<std::size_t> position = find(name)) {
      return *position;
    }
    throw Error(ErrorKind::config,
                fmt::format("{} has no column {}", quote(table_.source.name), quote(name)),
                did_you_mean(name, table_.shape.columns));
  }

  ColumnPlan plan;

 private:
  const OpenTable& table_;
  std::unordered_map<std::string_view, std::size_t> in_file_;
  std::unordered_map<std::size_t, std::size_t> in_read_;
};

}  // namespace

ColumnPlan plan_columns(const OpenTable& table, const AlignRequest& request) {
  Planner planner(table);
  for (const std::string& name : request.keys) {
    planner.plan.keys.push_back(planner.require(name));
  }
  for (const std::string& name : request.columns) {
    planner.plan.values.push_back(planner.require(name));
  }
  for (const std::string& name : request.optional_columns) {
    planner.plan.values.push_back(planner.find(name).value_or(ColumnPlan::kMissing));
  }
  if (planner.plan.read.empty()) {
    planner.plan.read.push_back(0);
  }
  return std::move(planner.plan);
}

std::vector<std::string> columns_only_in_first(const OpenTable& first, const OpenTable& second) {
  const std::unordered_set<std::string_view> known(second.shape.columns.begin(),
                                                   second.shape.columns.end());
  std::vector<std::string> result;
  for (const std::string& name : first.shape.columns) {
    if (!known.contains(name)) {
      result.push_back(name);
    }
  }
  return result;
}

}  // namespace mlops::table
