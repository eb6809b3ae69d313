#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "pipeline/load.h"
#include "pipeline/verbs.h"

namespace mlops::pipeline {
namespace {

app::ExitCode run(app::Context& context, const app::Arguments& arguments) {
  const Selection selection = split_words(context, arguments.words());
  const Loaded loaded = load_pipeline(context, selection.file);
  const Graph graph = build_graph(loaded.pipeline, loaded.params);
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"file", selection.file},
                                  {"valid", true},
                                  {"stages", loaded.pipeline.stages.size()},
                                  {"instances", graph.instances.size()}}));
    return app::ExitCode::done;
  }
  context.say(fmt::format("{}: valid, {}, {}",
                          quote(selection.file),
                          plural(loaded.pipeline.stages.size(), "stage"),
                          plural(graph.instances.size(), "instance")));
  return app::ExitCode::done;
}

}  // namespace

app::Command validate_command() {
  return {.path = "pipeline validate",
          .summary = "check a pipeline file without running anything",
          .examples = {{"mlops pipeline validate", "pipeline.toml: keys, types, cycles, outs"},
                       {"mlops pipeline validate other.toml", "another file"}},
          .arguments = {{"file", app::Argument::Count::optional, app::Complete::file}},
          .flags = {app::flags::json()},
          .run = run};
}

}  // namespace mlops::pipeline
