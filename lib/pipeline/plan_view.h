#pragma once

#include <string>
#include <vector>

#include "pipeline/plan.h"

namespace mlops::pipeline {

/// The plan of a pipeline: what a run would work off, with everything substituted. It is what other
/// programs (exporters, editors) read, so its form has a version (mlops-pipeline-plan(1)).

inline constexpr int kPlanVersion = 1;

/// The cache key of an instance, or why nobody can tell it yet.
struct PlannedKey {
  std::string key;      ///< 64 hex digits; empty: not known
  std::string pending;  ///< then why: "after 'prepare'"
};

/// One for each instance of the graph. Nothing is run and nothing is written: tools of an
/// environment count as they last answered, inputs as they lie in the work tree or in the store.
/// `context` is of a dry run.
std::vector<PlannedKey> plan_keys(const RunContext& context);

/// One JSON document; the same bytes for the same files. Only `selected` (sorted) is in it.
std::string plan_as_json(const Pipeline& pipeline,
                         const Graph& graph,
                         const std::vector<std::size_t>& selected,
                         const std::vector<PlannedKey>& keys);
/// For people: an instance and, indented, what is to be known about it.
std::string plan_as_text(const Graph& graph,
                         const std::vector<std::size_t>& selected,
                         const std::vector<PlannedKey>& keys);

}  // namespace mlops::pipeline
