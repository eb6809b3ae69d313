#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
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

struct State {
  std::vector<workspace::DataStatus> data;
  std::vector<pipeline::InstanceResult> instances;
  /// Why a run would be refused before anything runs: then nothing is known of instances.
  std::optional<Error> refusal;
};

/// Error{config} when the pipeline's file cannot be read; what else keeps it from running is a part
/// of the state.
void look_at_pipeline(app::Context& context, State& state) {
  const std::string file = pipeline::Selection().file;
  if (!os::lstat_file(context.workspace().top() / file)) {
    return;
  }
  const pipeline::Loaded loaded = pipeline::load_pipeline(context, file);
  pipeline::build_graph(loaded.pipeline, loaded.params);
  pipeline::RunOptions options;
  options.mode = pipeline::RunMode::dry_run;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  Silent silent;
  try {
    state.instances = pipeline::run_pipeline(context.workspace(),
                                             loaded.pipeline,
                                             loaded.params,
                                             options,
                                             silent,
                                             context.progress(),
                                             context.cancel())
                          .instances;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::conflict) {
      throw;
    }
    state.refusal = error;
  }
}

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
  using workspace::DataState;
  if (data_in(state, DataState::missing) + data_in(state, DataState::other_version) > 0) {
    return "next: mlops data checkout";
  }
  if (data_in(state, workspace::DataState::modified) > 0) {
    return "next: mlops data add <path>   (keeps your version), then mlops run";
  }
  if (state.refusal) {
    return state.refusal->hint().empty() ? "next: mend what mlops run refuses, see above"
                                         : "next: " + escape_for_terminal(state.refusal->hint());
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
  record["refusal"] =
      state.refusal ? nlohmann::ordered_json(state.refusal->message()) : nlohmann::ordered_json();
  return record;
}

void show_data(app::Context& context, const State& state) {
  for (const workspace::DataStatus& data : state.data) {
    if (data.state != workspace::DataState::unchanged) {
      context.say(fmt::format(
          "{:<16} {}", to_string(data.state), quote(context.workspace().to_display(data.path))));
    }
  }
}

void show_pipeline(app::Context& context, const State& state) {
  for (const pipeline::InstanceResult& instance : state.instances) {
    if (needs_run(instance)) {
      context.say(fmt::format(
          "{:<16} {} ({})", "would run", quote(instance.id), escape_for_terminal(instance.reason)));
    }
  }
  if (state.refusal) {
    context.say(
        fmt::format("{:<16} {}", "cannot run", escape_for_terminal(state.refusal->message())));
  }
}

app::ExitCode run_status(app::Context& context, const app::Arguments&) {
  State state;
  state.data = workspace::data_status(context.workspace(), context.progress(), context.cancel());
  context.progress().end();
  // Before the pipeline is read: its file may be unusable, the data is known all the same.
  show_data(context, state);
  look_at_pipeline(context, state);
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(state)));
    return app::ExitCode::done;
  }
  show_pipeline(context, state);
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
          .run = run_status};
}

}  // namespace mlops::top
