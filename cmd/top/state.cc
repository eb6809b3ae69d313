#include "top/state.h"

#include <algorithm>

#include "base/text.h"
#include "data/next_step.h"
#include "os/file.h"
#include "pipeline/load.h"
#include "top/check_gate.h"

namespace mlops::top {
namespace {

using pipeline::InstanceState;

/// A dry run says what is not up to date; nothing of it is shown as it goes.
class Silent final : public pipeline::RunObserver {
 public:
  void on_run(const std::string&, std::size_t) override {}
  void on_start(const pipeline::Instance&, const std::string&) override {}
  void on_output(const pipeline::Instance&, std::string_view) override {}
  void on_end(const pipeline::InstanceResult&) override {}
};

bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::config || kind == ErrorKind::conflict || kind == ErrorKind::corrupt;
}

std::string pipeline_step(const State& state) {
  if (!state.refusals.empty()) {
    const std::string& hint = state.refusals.front().error.hint();
    return hint.empty() ? "next: mend what mlops run refuses, see mlops run -n"
                        : "next: " + escape_for_terminal(hint);
  }
  const auto has = [&](InstanceState wanted) {
    return std::any_of(
        state.instances.begin(),
        state.instances.end(),
        [&](const pipeline::InstanceResult& instance) { return instance.state == wanted; });
  };
  const auto failed = std::find_if(
      state.instances.begin(), state.instances.end(), [](const pipeline::InstanceResult& one) {
        return one.state == InstanceState::failed;
      });
  if (failed != state.instances.end()) {
    return "next: " + escape_for_terminal(failed->hint);
  }
  if (has(InstanceState::would_run)) {
    return "next: mlops run";
  }
  if (has(InstanceState::would_restore)) {
    return "next: mlops run   (puts outs back from the store, runs nothing)";
  }
  return has(InstanceState::would_judge) ? "next: mlops run   (asks their checks, runs nothing)"
                                         : "";
}

}  // namespace

State look_at_data(app::Context& context) {
  workspace::Workspace& workspace = context.workspace();
  State state;
  state.has_settings = os::lstat_file(workspace.top() / ".mlops" / "config.toml").has_value();
  state.has_pipeline = os::lstat_file(workspace.top() / pipeline::Selection().file).has_value();
  state.data = workspace::data_status(workspace, context.progress(), context.cancel());
  context.progress().end();
  return state;
}

void look_at_pipeline(app::Context& context, State& state) {
  if (!state.has_pipeline) {
    return;
  }
  const pipeline::Loaded loaded = pipeline::load_pipeline(context, pipeline::Selection().file);
  pipeline::build_graph(loaded.pipeline, loaded.params);
  pipeline::RunOptions options;
  options.mode = pipeline::RunMode::look;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  CheckGate gate(context, context.workspace());
  options.gate = &gate;
  Silent silent;
  try {
    pipeline::RunResult result = pipeline::run_pipeline(context.workspace(),
                                                        loaded.pipeline,
                                                        loaded.params,
                                                        options,
                                                        silent,
                                                        {context.progress(), context.cancel()});
    state.instances = std::move(result.instances);
    state.refusals = std::move(result.refusals);
  } catch (const Error& error) {
    if (!is_refusal(error.kind())) {
      throw;
    }
    state.refusals.push_back({"", error});
  }
  context.progress().end();
}

bool is_stale(const pipeline::InstanceResult& instance) {
  return instance.state != InstanceState::hit && instance.state != InstanceState::skipped;
}

std::string next_step(app::Context& context, const State& state) {
  if (std::string step = data::next_step(context, state.data); !step.empty()) {
    return step;
  }
  if (std::string step = pipeline_step(state); !step.empty()) {
    return step;
  }
  if (state.data.empty() && !state.has_pipeline) {
    return state.has_settings ? "next: mlops data add <path>, or write pipeline.toml"
                              : "next: mlops init";
  }
  return state.has_pipeline ? "nothing to do: data and pipeline are up to date"
                            : "nothing to do: data is up to date   (next: write pipeline.toml, "
                              "see man mlops-pipeline)";
}

}  // namespace mlops::top
