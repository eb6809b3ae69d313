#pragma once

#include <string>
#include <vector>

#include "pipeline/graph.h"

namespace mlops::pipeline {

/// An instance that no run with these params ever starts, although its own `when` holds.
struct Unreachable {
  const Instance* instance = nullptr;
  const Instance* because = nullptr;  ///< the one that it reads from, itself skipped by its `when`
};

/// In the order of the graph. Those that their own `when` skips are what somebody asked for.
std::vector<Unreachable> find_unreachable(const Graph& graph);
/// "pipeline.toml:12: stage.report: never runs with these params: it reads from 'train', …".
std::string to_string(const Unreachable& unreachable);

}  // namespace mlops::pipeline
