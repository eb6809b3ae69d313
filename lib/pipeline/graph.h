#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "config/params.h"
#include "pipeline/pipeline.h"

namespace mlops::pipeline {

/// A stage with its matrix values, everything substituted.
struct Instance {
  std::string id;  ///< "train", "train@fold=1,model=xgb"
  const Stage* stage = nullptr;
  std::map<std::string, std::string> matrix;        ///< as text
  std::map<std::string, std::string> matrix_typed;  ///< as canonical JSON: 1 and "1" apart
  std::vector<std::string> argv;                    ///< what is executed, shell included
  std::vector<std::string> deps;                    ///< paths and globs, relative to the top
  std::vector<Out> outs;
  std::map<std::string, std::string> params;       ///< dotted path → canonical JSON
  std::map<std::string, std::string> substituted;  ///< the same, of `${params.…}` in its texts
  std::map<std::string, std::string> variables;    ///< env.set, substituted
  std::string workdir = ".";
  bool enabled = true;                ///< `when` holds
  std::vector<std::size_t> upstream;  ///< indices into Graph::instances, sorted
  std::vector<std::size_t> inputs;    ///< those of `upstream` whose outs it reads, sorted

  /// Of one of `upstream`: whether it is there for its outs, or for the order alone.
  bool is_input(std::size_t index) const;
};

/// Which instances a run is about; patterns as in Graph::select.
struct Choice {
  enum class Upstream { follow, leave };
  std::vector<std::string> wanted;  ///< empty: all
  Upstream upstream = Upstream::follow;
  std::vector<std::string> from;   ///< not empty: only these and what depends on them
  std::vector<std::string> until;  ///< not empty: only these and what they need
};

/// Whether "train", "train@model=xgb" (axes may be left out) or a glob names the instance.
bool is_called(const Instance& instance, const std::string& wanted);

/// Instances in a topological order that is stable: file order where edges leave a choice.
struct Graph {
  std::vector<Instance> instances;
  /// Selects by stage name, instance id ("train@model=xgb" may leave axes out) or glob, with
  /// everything upstream; empty selects all. Sorted. Error{usage} with a suggestion when nothing
  /// matches.
  std::vector<std::size_t> select(const std::vector<std::string>& wanted) const;
  /// The same for a choice. Error{usage} also when nothing is left of it.
  std::vector<std::size_t> resolve(const Choice& choice) const;
  /// For each instance: whether it is one of these.
  std::vector<bool> flags(const std::vector<std::size_t>& selected) const;
};

/// Expands matrices and substitutes; edges from outs to deps and from `after`. Error{config}:
/// cycles (the whole cycle is named), two instances with one out, an out inside another's out,
/// unknown stages in `after`, undefined ${…}, params that do not exist. The pipeline must outlive
/// the graph.
Graph build_graph(const Pipeline& pipeline, const config::Params& params);

}  // namespace mlops::pipeline
