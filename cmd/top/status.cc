#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "data/change_view.h"
#include "data/unpushed.h"
#include "top/state.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

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
  record["refusal"] = state.refusals.empty()
                          ? nlohmann::ordered_json()
                          : nlohmann::ordered_json(state.refusals.front().error.message());
  record["refusals"] = nlohmann::ordered_json::array();
  for (const pipeline::Refusal& refusal : state.refusals) {
    record["refusals"].push_back(
        {{"instance",
          refusal.instance.empty() ? nlohmann::ordered_json()
                                   : nlohmann::ordered_json(refusal.instance)},
         {"message", refusal.error.message()}});
  }
  return record;
}

/// The files of a sparse data set that are not here were not asked for.
bool is_to_show(const workspace::DataStatus& data) {
  return data.state != workspace::DataState::unchanged &&
         data.state != workspace::DataState::sparse;
}

void show_data(app::Context& context, const State& state) {
  for (const workspace::DataStatus& data : state.data) {
    if (is_to_show(data)) {
      const std::string problem =
          data.problem.empty() ? "" : fmt::format(" ({})", escape_for_terminal(data.problem));
      context.say(fmt::format("{:<16} {}{}",
                              to_string(data.state),
                              quote(context.workspace().to_display(data.path)),
                              problem));
    }
  }
}

void show_pipeline(app::Context& context, const State& state) {
  for (const pipeline::InstanceResult& instance : state.instances) {
    if (is_stale(instance)) {
      context.say(fmt::format("{:<16} {} ({})",
                              to_string(instance.state),
                              quote(instance.id),
                              escape_for_terminal(instance.reason)));
    }
  }
  // They name file and key; what is wrong with a stage is so for each of its instances.
  std::string last;
  for (const pipeline::Refusal& refusal : state.refusals) {
    if (std::exchange(last, refusal.error.message()) != refusal.error.message()) {
      context.say(fmt::format("{:<16} {}", "cannot run", escape_for_terminal(last)));
    }
  }
}

/// Every data set, then every instance, behind a word that says which it is; each field is ended by
/// a NUL byte.
void print_raw(app::Context& context, const State& state) {
  std::string text;
  const auto add = [&](std::string_view field) { text.append(field).append(1, '\0'); };
  for (const workspace::DataStatus& status : state.data) {
    add("data");
    text += data::raw_record(status);
  }
  for (const pipeline::InstanceResult& instance : state.instances) {
    add("instance");
    add(to_string(instance.state));
    add(instance.id);
    add(instance.reason);
  }
  for (const pipeline::Refusal& refusal : state.refusals) {
    add("refusal");
    add(refusal.error.message());
  }
  context.terminal().out(text);
}

app::ExitCode run_status(app::Context& context, const app::Arguments& arguments) {
  State state = look_at_data(context);
  const bool is_raw = arguments.has("z") && !context.options().json;
  if (!is_raw) {
    // Before the pipeline is read: its file may be unusable, the data is known all the same.
    show_data(context, state);
  }
  look_at_pipeline(context, state);
  if (is_raw) {
    print_raw(context, state);
    return app::ExitCode::done;
  }
  if (context.options().json) {
    context.print_json(app::dump(to_json(state)));
    return app::ExitCode::done;
  }
  show_pipeline(context, state);
  context.say(next_step(context, state));
  if (const std::string line = data::describe_unpushed(context, state.data); !line.empty()) {
    context.say(line);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command status_command() {
  return {
      .path = "status",
      .summary = "what changed in data and pipeline, and what to do next",
      .examples = {{"mlops status", "data sets that differ, stages that would run"},
                   {"mlops status --json", "the same for scripts"}},
      .flags = {{.name = "", .letter = 'z', .help = "raw records, each field ended by a NUL byte"},
                app::flags::jobs(),
                app::flags::json()},
      .run = run_status};
}

}  // namespace mlops::top
