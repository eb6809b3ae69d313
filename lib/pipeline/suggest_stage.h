#pragma once

#include <string>
#include <vector>

#include "pipeline/pipeline.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// The stage that would run a command again: its files among the words as deps, what it wrote as
/// outs. Whoever reads it knows better.
struct SuggestedStage {
  std::string name;
  std::vector<std::string> argv;
  std::string workdir;      ///< empty: the top
  std::string environment;  ///< empty: none
  std::string pool;         ///< empty: local
  std::vector<std::string> deps;
  std::vector<std::string> outs;
};

/// A name that no stage of the pipeline has, made of the script or program: "train" of
/// `python train.py`.
std::string suggest_name(const Pipeline& pipeline, const std::vector<std::string>& argv);

/// Words that name files or directories of the work tree, but for the stage's outs; sorted.
std::vector<std::string> suggest_deps(const workspace::Workspace& workspace,
                                      const SuggestedStage& stage);

/// As TOML, ready to stand at the end of a pipeline file.
std::string to_toml(const SuggestedStage& stage);

}  // namespace mlops::pipeline
