#include "pipeline/matrix.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace mlops::pipeline {

namespace {

[[noreturn]] void fail_stage(const Stage& stage, const std::string& problem) {
  throw Error(ErrorKind::config,
              fmt::format("{}.matrix: {}", config::to_string(stage.position), problem));
}

std::vector<std::string> values_of(const Stage& stage,
                                   const MatrixAxis& axis,
                                   const config::Params& params) {
  if (axis.params_path.empty()) {
    return axis.values;
  }
  const auto* found = params.find(axis.params_path);
  if (found == nullptr) {
    fail_stage(stage, fmt::format("there is no parameter {}", quote(axis.params_path)));
  }
  if (!found->is_array() || found->empty()) {
    fail_stage(stage,
               fmt::format("the parameter {} is no array with values", quote(axis.params_path)));
  }
  std::vector<std::string> values;
  std::set<std::string> seen;
  for (const auto& element : *found) {
    if (element.is_structured() || element.is_null()) {
      fail_stage(
          stage,
          fmt::format("the parameter {} holds other things than strings, numbers and booleans",
                      quote(axis.params_path)));
    }
    values.push_back(config::canonical_json(element));
    if (!seen.insert(values.back()).second) {
      fail_stage(
          stage,
          fmt::format("the parameter {} holds {} twice", quote(axis.params_path), values.back()));
    }
  }
  return values;
}

bool is_excluded(const Stage& stage, const MatrixPoint& point) {
  const auto matches = [&](const std::map<std::string, std::string>& excluded) {
    return std::all_of(excluded.begin(), excluded.end(), [&](const auto& wanted) {
      const auto found = point.find(wanted.first);
      return found != point.end() && found->second == wanted.second;
    });
  };
  return std::any_of(stage.matrix_exclude.begin(), stage.matrix_exclude.end(), matches);
}

}  // namespace

std::string scalar_text(const std::string& canonical_json) {
  const auto value = nlohmann::json::parse(canonical_json);
  return value.is_string() ? value.get<std::string>() : canonical_json;
}

std::vector<MatrixPoint> expand_matrix(const Stage& stage, const config::Params& params) {
  std::vector<MatrixPoint> points{MatrixPoint{}};
  for (const auto& axis : stage.matrix) {
    const auto values = values_of(stage, axis, params);
    if (points.size() > kMaxInstances / values.size()) {
      fail_stage(stage, fmt::format("more than {} instances", kMaxInstances));
    }
    std::vector<MatrixPoint> wider;
    wider.reserve(points.size() * values.size());
    for (const auto& point : points) {
      for (const auto& value : values) {
        wider.push_back(point);
        wider.back()[axis.name] = value;
      }
    }
    points = std::move(wider);
  }
  if (!stage.matrix_exclude.empty()) {
    std::erase_if(points, [&](const MatrixPoint& point) { return is_excluded(stage, point); });
  }
  if (points.empty()) {
    fail_stage(stage, "every instance is excluded");
  }
  return points;
}

}  // namespace mlops::pipeline
