#pragma once

#include <vector>

#include "config/params.h"
#include "pipeline/graph.h"

namespace mlops::pipeline {

/// The instances of one stage, without edges: matrix expanded, names substituted, paths checked
/// again. Error{config} with the stage's position.
std::vector<Instance> instantiate(const Stage& stage, const config::Params& params);

}  // namespace mlops::pipeline
