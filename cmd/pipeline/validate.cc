#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "pipeline/load.h"
#include "pipeline/missing_deps.h"
#include "pipeline/unreachable.h"
#include "pipeline/verbs.h"
#include "top/check_gate.h"

namespace mlops::pipeline {
namespace {

/// All of them, unlike a run, which stops at the first.
void refuse_missing(app::Context& context, const Graph& graph) {
  const std::vector<MissingDep> missing = find_missing_deps(context.workspace(), graph);
  if (missing.empty()) {
    return;
  }
  try {
    fail_missing(missing.front());
  } catch (Error& error) {
    for (std::size_t i = 1; i < missing.size(); ++i) {
      error.add_context(to_string(missing[i]));
    }
    throw;
  }
}

void refuse_unknown_checks(app::Context& context, const Pipeline& pipeline) {
  top::CheckGate gate(context, context.workspace());
  for (const Stage& stage : pipeline.stages) {
    for (const std::string& check : stage.checks) {
      gate.require(check, config::to_string(stage.checks_position));
    }
  }
}

nlohmann::ordered_json to_json(const std::vector<Unsupported>& unsupported) {
  auto list = nlohmann::ordered_json::array();
  for (const Unsupported& one : unsupported) {
    list.push_back({{"line", one.position.line}, {"key", one.position.key}, {"what", one.what}});
  }
  return list;
}

nlohmann::ordered_json to_json(const std::vector<Unreachable>& unreachable) {
  auto list = nlohmann::ordered_json::array();
  for (const Unreachable& one : unreachable) {
    list.push_back({{"line", one.instance->stage->position.line},
                    {"instance", one.instance->id},
                    {"because", one.because->id}});
  }
  return list;
}

app::ExitCode run_validate(app::Context& context, const app::Arguments& arguments) {
  const Selection selection = split_words(context, arguments.words());
  const Loaded loaded = load_pipeline(context, selection.file);
  const Graph graph = build_graph(loaded.pipeline, loaded.params);
  refuse_missing(context, graph);
  refuse_unknown_checks(context, loaded.pipeline);
  const std::vector<Unreachable> unreachable = find_unreachable(graph);
  const std::vector<Unsupported> unsupported = loaded.pipeline.list_unsupported();
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"file", selection.file},
                                  {"valid", true},
                                  {"stages", loaded.pipeline.stages.size()},
                                  {"instances", graph.instances.size()},
                                  {"unreachable", to_json(unreachable)},
                                  {"unsupported", to_json(unsupported)}}));
    return app::ExitCode::done;
  }
  for (const Unreachable& one : unreachable) {
    context.progress().warn(to_string(one));
  }
  for (const Unsupported& one : unsupported) {
    context.progress().warn(to_string(one));
  }
  context.say(fmt::format("{}: valid, {}, {}",
                          quote(selection.file),
                          plural(loaded.pipeline.stages.size(), "stage"),
                          plural(graph.instances.size(), "instance")));
  return app::ExitCode::done;
}

}  // namespace

app::Command validate_command() {
  return {
      .path = "pipeline validate",
      .summary = "check a pipeline file without running anything",
      .examples = {{"mlops pipeline validate", "pipeline.toml: keys, types, cycles, outs, deps"},
                   {"mlops pipeline validate other.toml", "another file"}},
      .arguments = {{"file", app::Argument::Count::optional, app::Complete::file}},
      .flags = {app::flags::json()},
      .run = run_validate};
}

}  // namespace mlops::pipeline
