#include "pipeline/unreachable.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::pipeline {

std::vector<Unreachable> find_unreachable(const Graph& graph) {
  std::vector<Unreachable> all;
  // Of each instance the skipped one that keeps it from running; itself for those with a `when`.
  std::vector<const Instance*> cause(graph.instances.size());
  for (std::size_t i = 0; i < graph.instances.size(); ++i) {
    const auto& instance = graph.instances[i];
    if (!instance.enabled) {
      cause[i] = &instance;
      continue;
    }
    for (const auto up : instance.inputs) {
      if (cause[up] != nullptr) {
        cause[i] = cause[up];
        all.push_back({&instance, cause[up]});
        break;
      }
    }
  }
  return all;
}

std::string to_string(const Unreachable& unreachable) {
  return fmt::format(
      "{}: {} never runs with these params: it reads what {} makes, whose 'when' does not hold",
      config::to_string(unreachable.instance->stage->position),
      quote(unreachable.instance->id),
      quote(unreachable.because->id));
}

}  // namespace mlops::pipeline
