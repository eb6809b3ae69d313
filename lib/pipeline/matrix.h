#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "config/params.h"
#include "pipeline/pipeline.h"

namespace mlops::pipeline {

inline constexpr std::size_t kMaxInstances = 100'000;

/// One combination of a matrix: axis → scalar as canonical JSON.
using MatrixPoint = std::map<std::string, std::string>;

/// All points of a stage in the order of its axes, the last one fastest, without the excluded
/// ones; one empty point for a stage without a matrix. Error{config} for "${params.x}" that is no
/// array of scalars, an empty result, or more than kMaxInstances.
std::vector<MatrixPoint> expand_matrix(const Stage& stage, const config::Params& params);

/// A scalar's text as it stands in ids and commands: strings bare, the rest as JSON.
std::string scalar_text(const std::string& canonical_json);

}  // namespace mlops::pipeline
