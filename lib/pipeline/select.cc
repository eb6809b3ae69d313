#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "pipeline/graph.h"

namespace mlops::pipeline {

namespace {

/// "train@model=xgb" names every instance of train with that value.
bool has_values(const Instance& instance, std::string_view wanted) {
  const auto at = wanted.find('@');
  if (at == std::string_view::npos || wanted.substr(0, at) != instance.stage->name) {
    return false;
  }
  const auto values = split(wanted.substr(at + 1), ',');
  return std::all_of(values.begin(), values.end(), [&](std::string_view value) {
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) {
      return false;
    }
    const auto found = instance.matrix.find(std::string(value.substr(0, equals)));
    return found != instance.matrix.end() && found->second == value.substr(equals + 1);
  });
}

bool is_wanted(const Instance& instance, const std::string& wanted) {
  if (wanted == instance.id || wanted == instance.stage->name || has_values(instance, wanted)) {
    return true;
  }
  return is_glob(wanted) &&
         (glob_match(wanted, instance.id) || glob_match(wanted, instance.stage->name));
}

[[noreturn]] void fail_unknown(const Graph& graph, const std::string& wanted) {
  std::set<std::string> names;
  for (const auto& instance : graph.instances) {
    names.insert(instance.stage->name);
    names.insert(instance.id);
  }
  const std::vector<std::string> candidates(names.begin(), names.end());
  auto hint = did_you_mean(wanted, candidates);
  throw Error(ErrorKind::usage,
              fmt::format("no stage or instance matches {}", quote(wanted)),
              hint.empty() ? "mlops pipeline graph lists them" : std::move(hint));
}

}  // namespace

std::vector<std::size_t> Graph::select(const std::vector<std::string>& wanted) const {
  std::vector<bool> chosen(instances.size(), wanted.empty());
  for (const auto& one : wanted) {
    bool matched = false;
    for (std::size_t i = 0; i < instances.size(); ++i) {
      if (is_wanted(instances[i], one)) {
        chosen[i] = true;
        matched = true;
      }
    }
    if (!matched) {
      fail_unknown(*this, one);
    }
  }
  // Upstream indices are lower: one pass from the end closes the set.
  for (std::size_t i = instances.size(); i-- > 0;) {
    for (const auto up : instances[i].upstream) {
      chosen[up] = chosen[up] || chosen[i];
    }
  }
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (chosen[i]) {
      indices.push_back(i);
    }
  }
  return indices;
}

}  // namespace mlops::pipeline
