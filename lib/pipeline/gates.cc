#include "pipeline/gates.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::pipeline {

namespace {

/// Upwards from `chosen`, until a chosen one comes: that has its own.
std::set<std::size_t> gates_of(const Graph& graph,
                               const std::vector<bool>& is_selected,
                               std::size_t chosen) {
  std::set<std::size_t> seen;
  std::vector<std::size_t> open{chosen};
  while (!open.empty()) {
    const auto index = open.back();
    open.pop_back();
    for (const auto up : graph.instances[index].inputs) {
      if (!is_selected[up] && seen.insert(up).second) {
        open.push_back(up);
      }
    }
  }
  std::erase_if(seen, [&](auto index) {
    const auto& instance = graph.instances[index];
    return !instance.enabled || instance.stage->checks.empty();
  });
  return seen;
}

std::optional<std::string> absent_out(const RunContext& context,
                                      std::size_t index,
                                      const GivenOuts& given) {
  const auto found = given.find(index);
  for (const auto& out : context.graph.instances[index].outs) {
    const bool is_given =
        found != given.end() && std::any_of(found->second.begin(),
                                            found->second.end(),
                                            [&](const auto& one) { return one.path == out.path; });
    if (!is_given && !context.workspace.tree().lstat(out.path)) {
      return out.path;
    }
  }
  return std::nullopt;
}

bool has_any_checks(const Graph& graph) {
  return std::any_of(graph.instances.begin(), graph.instances.end(), [](const auto& instance) {
    return !instance.stage->checks.empty();
  });
}

}  // namespace

std::set<std::size_t> gates_above(const Graph& graph, const std::vector<std::size_t>& selected) {
  std::set<std::size_t> gates;
  const auto is_selected = graph.flags(selected);
  for (const auto index : has_any_checks(graph) ? selected : std::vector<std::size_t>()) {
    gates.merge(gates_of(graph, is_selected, index));
  }
  return gates;
}

Gates find_gates(const RunContext& context,
                 const std::vector<std::size_t>& selected,
                 const GivenOuts& given) {
  Gates gates;
  if (!has_any_checks(context.graph)) {
    return gates;
  }
  std::map<std::size_t, bool> is_judged;
  for (const auto index : selected) {
    for (const auto gate : gates_of(context.graph, context.is_selected, index)) {
      const auto [known, is_new] = is_judged.emplace(gate, true);
      if (is_new) {
        if (const auto out = absent_out(context, gate, given)) {
          known->second = false;
          const auto& id = context.graph.instances[gate].id;
          gates.unjudged.push_back(
              fmt::format("the checks of {} are not asked: its out {} is not in the work tree; "
                          "mlops run {} brings it",
                          quote(id),
                          quote(*out),
                          shell_quote(id)));
        }
      }
      if (known->second) {
        gates.above[index].push_back(gate);
      }
    }
  }
  for (const auto& [gate, has_outs] : is_judged) {
    if (has_outs) {
      gates.judged.push_back(gate);
    }
  }
  return gates;
}

std::vector<std::size_t> with_gates(const std::vector<std::size_t>& selected, const Gates& gates) {
  std::vector<std::size_t> all;
  std::merge(selected.begin(),
             selected.end(),
             gates.judged.begin(),
             gates.judged.end(),
             std::back_inserter(all));
  return all;
}

std::vector<InstanceResult> describe_gates(const RunContext& context, const Gates& gates) {
  std::vector<InstanceResult> results;
  for (const auto index : gates.judged) {
    InstanceResult result;
    result.id = context.graph.instances[index].id;
    result.state = InstanceState::would_judge;
    result.reason = kTakenAsIs;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace mlops::pipeline
