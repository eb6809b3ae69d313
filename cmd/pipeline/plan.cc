#include "app/context.h"
#include "pipeline/load.h"
#include "pipeline/plan_view.h"
#include "pipeline/verbs.h"
#include "ui/pager.h"

namespace mlops::pipeline {
namespace {

app::ExitCode run_plan(app::Context& context, const app::Arguments& arguments) {
  const Selection selection = split_words(context, arguments.words());
  const Loaded loaded = load_pipeline(context, selection.file);
  const Graph graph = build_graph(loaded.pipeline, loaded.params);
  const std::vector<std::size_t> selected = graph.select(selection.stages);
  RunOptions options;
  options.mode = RunMode::dry_run;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  const RunContext run{context.workspace(),
                       loaded.pipeline,
                       graph,
                       graph.flags(selected),
                       options,
                       context.progress(),
                       context.cancel()};
  const std::vector<PlannedKey> keys = plan_keys(run);
  context.progress().end();
  if (context.options().json) {
    context.print_json(plan_as_json(loaded.pipeline, graph, selected, keys));
  } else {
    ui::show_text(context.terminal(), plan_as_text(graph, selected, keys), context.pager());
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command plan_command() {
  return {.path = "pipeline plan",
          .summary = "show what a run would work off, everything substituted",
          .examples = {{"mlops pipeline plan", "commands, inputs, outs and cache keys"},
                       {"mlops pipeline plan --json > plan.json", "the versioned plan"},
                       {"mlops pipeline plan train", "one stage and what it needs"}},
          .arguments = {{"file.toml | stage", app::Argument::Count::any, app::Complete::stage}},
          .flags = {app::flags::json()},
          .run = run_plan};
}

}  // namespace mlops::pipeline
