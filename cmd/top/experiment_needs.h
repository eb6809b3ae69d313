#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/context.h"
#include "pipeline/graph.h"
#include "pipeline/run.h"
#include "workspace/data.h"
#include "workspace/experiment_files.h"

namespace mlops::top {

/// What of the work tree an experiment is about. The pipeline and the graph outlive it.
struct Reads {
  const pipeline::Pipeline& pipeline;
  const pipeline::Graph& graph;
  std::vector<std::size_t> selected;
  std::set<std::string> deps;  ///< of the selected instances

  /// Whether a path is one of them, lies in one, or holds one.
  bool has(const std::string& path) const;
};
Reads find_reads(const pipeline::Pipeline& pipeline,
                 const pipeline::Graph& graph,
                 const pipeline::Choice& choice);

/// What it needs of the files that git ignores: what the stages declare, their programs and what
/// lies around them, and what stages that are not isolated may read without saying so.
workspace::IgnoredNeeds find_needs(app::Context& context,
                                   const std::vector<workspace::DataStatus>& data,
                                   const Reads& reads,
                                   pipeline::Isolation isolation);

/// Deps without a version inside, to be copied as they are, whatever git thinks of them.
std::vector<std::string> plain_deps(const Reads& reads, const workspace::IgnoredNeeds& needs);

}  // namespace mlops::top
