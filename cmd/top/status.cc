#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/load.h"
#include "pipeline/run.h"
#include "top/verbs.h"
#include "workspace/data.h"

namespace mlops::top {
namespace {

/// A dry run says what is not up to date; nothing of it is shown as it goes.
class Silent final : public pipeline::RunObserver {
 public:
  void on_run(const std::string&, std::size_t) override {}
  void on_start(const pipeline::Instance&, const std::string&) override {}
  void on_output(const pipeline::Instance&, std::string_view) override {}
  void on_end(const pipeline::InstanceResult&) override {}
};

std::vector<pipeline::InstanceResult> pipeline_state(app::Context& context) {
  const std::string file = "pipeline.toml";
  if (!os::lstat_file(context.workspace().top() / file)) {
    return {};
  }
  const pipeline::Loaded loaded = pipeline::load_pipeline(context, file);
  pipeline::RunOptions options;
  options.mode = pipeline::RunMode::dry_run;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  Silent silent;
  return pipeline::run_pipeline(context.workspace(),
                                loaded.pipeline,
                                loaded.params,
                                options,
                                silent,
                                context.progress(),
                                context.cancel())
      .instances;
}

struct State {
  std::vector<workspace::DataStatus> data;
  std::vector<pipeline::InstanceResult> instances;
};

std::size_t data_in(const State& state, workspace::DataState wanted) {
  return static_cast<std::size_t>(
      std::count_if(state.data.begin(), state.data.end(), [&](const workspace::DataStatus& data) {
        return data.state == wanted;
      }));
}

bool needs_run(const pipeline::InstanceResult& instance) {
  return instance.state == pipeline::InstanceState::would_run;
}

std::string next_step(const State& state) {
  if (data_in(state, workspace::DataState::missing) > 0) {
    return "next: mlops data checkout";
  }
  if (data_in(state, workspace::DataState::modified) > 0) {
    return "next: mlops data add <path>   (keeps your version), then mlops run";
  }
  if (std::any_of(state.instances.begin(), state.instances.end(), needs_run)) {
    return "next: mlops run";
  }
  if (state.data.empty() && state.instances.empty()) {
    return "next: mlops data add <path>, or write pipeline.toml";
  }
  return "nothing to do: data and pipeline are up to date";
}

nlohmann::ordered_json to_json(const State& state) {
  nlohmann::ordered_json record{{"version", 1},
                                {"data_sets", nlohmann::ordered_json::array()},
                                {"instances", nlohmann::ordered_json::array()}};
  for (const workspace::DataStatus& data : state.data) {
    record["data_sets"].push_back({{"path", data.path}, {"state", to_string(data.state)}});
  }
  for (const pipeline::InstanceResult& instance : state.instances) {
    record["instances"].push_back({{"instance", instance.id},
                                   {"state", to_string(instance.state)},
                                   {"reason", instance.reason}});
  }
  return record;
}

app::ExitCode run(app::Context& context, const app::Arguments&) {
  workspace::Workspace& workspace = context.workspace();
  State state;
  state.data = workspace::data_status(workspace, context.progress(), context.cancel());
  state.instances = pipeline_state(context);
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(state)));
    return app::ExitCode::done;
  }
  for (const workspace::DataStatus& data : state.data) {
    if (data.state != workspace::DataState::unchanged) {
      context.say(
          fmt::format("{:<16} {}", to_string(data.state), quote(workspace.to_display(data.path))));
    }
  }
  for (const pipeline::InstanceResult& instance : state.instances) {
    if (needs_run(instance)) {
      context.say(fmt::format(
          "{:<16} {} ({})", "would run", quote(instance.id), escape_for_terminal(instance.reason)));
    }
  }
  context.say(next_step(state));
  return app::ExitCode::done;
}

}  // namespace

app::Command status_command() {
  return {.path = "status",
          .summary = "what changed in data and pipeline, and what to do next",
          .examples = {{"mlops status", "data sets that differ, stages that would run"},
                       {"mlops status --json", "the same for scripts"}},
          .flags = {app::flags::jobs(), app::flags::json()},
          .run = run};
}

}  // namespace mlops::top
