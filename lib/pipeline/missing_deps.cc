#include "pipeline/missing_deps.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/path.h"
#include "workspace/data.h"

namespace mlops::pipeline {

namespace {

bool touch(const std::string& a, const std::string& b) {
  return is_same_or_inside(a, b) || is_same_or_inside(b, a);
}

bool is_made(const Graph& graph, const Instance& instance, const std::string& dep) {
  return std::any_of(instance.inputs.begin(), instance.inputs.end(), [&](std::size_t up) {
    const auto& outs = graph.instances[up].outs;
    return std::any_of(
        outs.begin(), outs.end(), [&](const Out& out) { return touch(dep, out.path); });
  });
}

}  // namespace

std::vector<MissingDep> find_missing_deps(const workspace::Workspace& workspace,
                                          const Graph& graph,
                                          const Instance& instance,
                                          const std::vector<std::string>& data_sets) {
  std::vector<MissingDep> missing;
  for (const auto& dep : instance.deps) {
    const bool is_there =
        is_glob(dep) || is_made(graph, instance, dep) || workspace.tree().lstat(dep) ||
        std::any_of(data_sets.begin(), data_sets.end(), [&](const std::string& set) {
          return touch(dep, set);
        });
    if (!is_there) {
      missing.push_back({&instance, dep});
    }
  }
  return missing;
}

std::vector<MissingDep> find_missing_deps(workspace::Workspace& workspace, const Graph& graph) {
  const auto data_sets = workspace::list_data_sets(workspace);
  std::vector<MissingDep> all;
  std::set<std::pair<const Stage*, std::string>> seen;
  for (const auto& instance : graph.instances) {
    if (!instance.enabled) {
      continue;
    }
    for (auto& one : find_missing_deps(workspace, graph, instance, data_sets)) {
      if (seen.emplace(instance.stage, one.path).second) {
        all.push_back(std::move(one));
      }
    }
  }
  return all;
}

std::string to_string(const MissingDep& missing) {
  return fmt::format("{}.deps: {} does not exist",
                     config::to_string(missing.instance->stage->position),
                     quote(missing.path));
}

void fail_missing(const MissingDep& missing) {
  throw Error(ErrorKind::config,
              to_string(missing),
              "no stage makes it, and no data set of that name is tracked");
}

}  // namespace mlops::pipeline
