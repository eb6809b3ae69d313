#include "pipeline/run.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "pipeline/load.h"
#include "top/run_view.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

using pipeline::FailureClass;
using pipeline::InstanceState;

app::ExitCode exit_code_of(FailureClass failure) {
  switch (failure) {
    case FailureClass::none:
      return app::ExitCode::done;
    case FailureClass::user:
    case FailureClass::oom:
      return app::ExitCode::stage_failed;
    case FailureClass::infra:
    case FailureClass::infra_config:
    case FailureClass::timeout:
      return app::ExitCode::infrastructure;
    case FailureClass::interrupted:
      return app::ExitCode::interrupted;
    case FailureClass::checks:
      return app::ExitCode::verdict_no;
  }
  return app::ExitCode::infrastructure;
}

pipeline::RunOptions run_options(app::Context& context, const app::Arguments& arguments) {
  pipeline::RunOptions options;
  if (arguments.has("dry-run")) {
    options.mode = pipeline::RunMode::dry_run;
  }
  if (arguments.has("no-cache")) {
    options.use_cache = pipeline::UseCache::no;
  }
  options.jobs = static_cast<std::uint32_t>(std::min<std::size_t>(context.options().jobs, 1024));
  options.keep_going = arguments.has("keep-going");
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  return options;
}

std::string count_of(const pipeline::RunResult& result,
                     InstanceState state,
                     std::string_view what) {
  const auto count = std::count_if(
      result.instances.begin(),
      result.instances.end(),
      [&](const pipeline::InstanceResult& instance) { return instance.state == state; });
  return count == 0 ? "" : fmt::format(", {} {}", count, what);
}

std::string summary(const pipeline::RunResult& result) {
  return plural(result.instances.size(), "instance") + count_of(result, InstanceState::ran, "ran") +
         count_of(result, InstanceState::hit, "cached") +
         count_of(result, InstanceState::restored, "restored from the cache") +
         count_of(result, InstanceState::would_run, "would run") +
         count_of(result, InstanceState::would_restore, "would be restored from the cache") +
         count_of(result, InstanceState::skipped, "skipped") +
         count_of(result, InstanceState::failed, "failed") +
         count_of(result, InstanceState::cancelled, "cancelled") +
         count_of(result, InstanceState::not_started, "not started");
}

app::ExitCode run_run(app::Context& context, const app::Arguments& arguments) {
  const pipeline::Selection selection = pipeline::split_words(context, arguments.words());
  const pipeline::Loaded loaded = pipeline::load_pipeline(context, selection.file);
  pipeline::RunOptions options = run_options(context, arguments);
  options.selection = selection.stages;

  const pipeline::Graph graph = pipeline::build_graph(loaded.pipeline, loaded.params);
  std::size_t name_width = 0;
  for (const pipeline::Instance& instance : graph.instances) {
    name_width = std::max(name_width, display_width(instance.id));
  }
  RunView view(context, std::min<std::size_t>(name_width, 30));
  if (selection.file != pipeline::Selection().file) {
    view.command += " " + shell_quote(context.workspace().to_display(selection.file));
  }
  view.explain = arguments.has("explain") ? RunView::Explain::yes : RunView::Explain::no;
  const pipeline::RunResult result = pipeline::run_pipeline(context.workspace(),
                                                            loaded.pipeline,
                                                            loaded.params,
                                                            options,
                                                            view,
                                                            context.progress(),
                                                            context.cancel());
  context.progress().end();
  const app::ExitCode code = exit_code_of(result.worst());
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"event", "done"},
                                  {"run", result.run_id},
                                  {"exit_code", static_cast<int>(code)}}));
  } else {
    context.say(summary(result));
  }
  return code;
}

}  // namespace

app::Command run_command() {
  return {
      .path = "run",
      .summary = "run the stages of a pipeline that are not up to date",
      .examples = {{"mlops run", "pipeline.toml, everything that changed"},
                   {"mlops run train", "one stage and what it needs"},
                   {"mlops run -n --explain", "what would run, and which part of its key differs"}},
      .arguments = {{"file.toml | stage", app::Argument::Count::any, app::Complete::stage}},
      .flags = {app::flags::dry_run(),
                {.name = "explain", .help = "why each stage runs: old and new part of its key"},
                {.name = "no-cache", .help = "run again although the cache has the result"},
                {.name = "keep-going",
                 .letter = 'k',
                 .help = "after a failure go on with what does not need it"},
                app::flags::wait(),
                app::flags::jobs(),
                app::flags::json()},
      .run = run_run};
}

}  // namespace mlops::top
