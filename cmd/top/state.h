#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "base/error.h"
#include "pipeline/run.h"
#include "workspace/data.h"

namespace mlops::top {

/// Where the user stands: what `mlops status` shows, and what `mlops` alone draws its advice from.
struct State {
  bool has_settings = false;  ///< `mlops init` has run
  bool has_pipeline = false;
  std::vector<workspace::DataStatus> data;
  std::vector<pipeline::InstanceResult> instances;
  /// Why a run would be refused before anything runs: what keeps single instances, which are not
  /// among those above; or, without a name, all of them.
  std::vector<pipeline::Refusal> refusals;
};

State look_at_data(app::Context& context);
/// Adds what a run would do. Error{config} when the pipeline's file cannot be read; what else keeps
/// it from running is a part of the state.
void look_at_pipeline(app::Context& context, State& state);

/// Instances that a run would do something about, or stop at.
bool is_stale(const pipeline::InstanceResult& instance);

/// One line: the command to type next, or that there is none.
std::string next_step(app::Context& context, const State& state);

}  // namespace mlops::top
