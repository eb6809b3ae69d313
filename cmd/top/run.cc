#include "pipeline/run.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "pipeline/load.h"
#include "pipeline/run_record.h"
#include "top/check_gate.h"
#include "top/experiment.h"
#include "top/live_view.h"
#include "top/run_detached.h"
#include "top/run_view.h"
#include "top/settled_run.h"
#include "top/verbs.h"

namespace mlops::top {
namespace {

/// On CI a stage sees what it declares unless somebody says otherwise.
pipeline::Isolation isolation_of(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("isolated") && arguments.has("no-isolated")) {
    throw Error(ErrorKind::usage,
                "--isolated and --no-isolated contradict each other",
                "leave one of them out");
  }
  const std::string how = arguments.find("isolated").value_or("");
  if (how == "namespaces") {
    return pipeline::Isolation::namespaces;
  }
  if (how == "copies") {
    return pipeline::Isolation::copies;
  }
  const bool is_default = app::is_ci(context.environment()) && !arguments.has("no-isolated");
  return arguments.has("isolated") || is_default ? pipeline::Isolation::automatic
                                                 : pipeline::Isolation::none;
}

/// `--no-cache` alone means every stage, whatever else is named.
void choose_results(app::Context& context,
                    const app::Arguments& arguments,
                    pipeline::RunOptions& options) {
  const std::vector<std::string> again = arguments.list("no-cache");
  if (!again.empty()) {
    options.use_cache = pipeline::UseCache::no;
    const bool is_all = std::find(again.begin(), again.end(), "") != again.end();
    options.no_cache = is_all ? std::vector<std::string>() : again;
  }
  if (arguments.has("cache-only")) {
    options.on_miss = pipeline::OnMiss::fail;
  }
  if (options.on_miss == pipeline::OnMiss::fail && !again.empty()) {
    throw Error(ErrorKind::usage,
                "--cache-only and --no-cache contradict each other",
                "leave one of them out");
  }
  if (arguments.has("frozen")) {
    options.lock = pipeline::LockPolicy::frozen;
  }
  options.isolation = isolation_of(context, arguments);
  if (arguments.has("strict")) {
    options.strictness = pipeline::Strictness::strict;
  }
}

std::optional<std::chrono::milliseconds> run_timeout(const app::Arguments& arguments) {
  const auto text = arguments.find("timeout");
  if (!text) {
    return std::nullopt;
  }
  const auto timeout = parse_duration(*text);
  if (!timeout || timeout->count() <= 0) {
    throw Error(ErrorKind::usage,
                fmt::format("--timeout: {} is not a duration", quote(*text)),
                "such as --timeout 90m");
  }
  return timeout;
}

pipeline::ParamsAbove params_above(const app::Arguments& arguments) {
  pipeline::ParamsAbove above{arguments.list("params"), arguments.list("set")};
  if (arguments.has("apply") && above.assignments.empty()) {
    throw Error(ErrorKind::usage, "--apply is for --set", "mlops run --set train.lr=0.1 --apply");
  }
  return above;
}

/// --set alone: the lock and the work tree stay as they are.
bool is_experiment(const app::Arguments& arguments) {
  return arguments.has("set") && !arguments.has("apply") && !arguments.has("dry-run");
}

pipeline::RunOptions run_options(app::Context& context, const app::Arguments& arguments) {
  pipeline::RunOptions options;
  if (arguments.has("dry-run")) {
    options.mode = pipeline::RunMode::dry_run;
  }
  choose_results(context, arguments, options);
  options.jobs = static_cast<std::uint32_t>(std::min<std::size_t>(context.options().jobs, 1024));
  options.timeout = run_timeout(arguments);
  options.keep_going = arguments.has("keep-going");
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  options.run_id = arguments.find("run-id").value_or("");
  options.assignments = arguments.list("set");
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  return options;
}

std::vector<app::Flag> run_flags();

app::ExitCode run_run(app::Context& context, const app::Arguments& arguments) {
  if (arguments.has("detach") && !arguments.has("dry-run")) {
    return run_detached(context, arguments, run_flags());
  }
  SettledRun settled(context, arguments);
  const pipeline::Selection selection = pipeline::split_words(context, arguments.words());
  if (const auto result = settled.recall(selection)) {
    return show_run(context, arguments, *result);
  }
  pipeline::Loaded loaded =
      pipeline::load_pipeline(context, selection.file, params_above(arguments));
  const pipeline::Places places{arguments.find("environment").value_or(""),
                                arguments.find("pool").value_or("")};
  pipeline::choose_places(loaded.pipeline, places);
  pipeline::RunOptions options = run_options(context, arguments);
  options.params_files = loaded.params_files;
  options.selection = {.wanted = selection.stages,
                       .upstream = arguments.has("only") ? pipeline::Choice::Upstream::leave
                                                         : pipeline::Choice::Upstream::follow,
                       .from = arguments.list("from"),
                       .until = arguments.list("until")};

  const pipeline::Graph graph = pipeline::build_graph(loaded.pipeline, loaded.params);
  RunView view(context, name_width_of(graph.instances));
  if (selection.file != pipeline::Selection().file) {
    view.command += " " + shell_quote(context.workspace().to_display(selection.file));
  }
  view.explain = arguments.has("explain") ? RunView::Explain::yes : RunView::Explain::no;
  std::unique_ptr<workspace::ExperimentTree> experiment;
  if (is_experiment(arguments)) {
    experiment = make_experiment(context, loaded.pipeline, graph, options);
  }
  for (const char* flag : {"environment", "pool"}) {
    if (const auto name = arguments.find(flag)) {
      view.command += fmt::format(" --{} {}", flag, shell_quote(*name));
    }
  }
  for (const std::string& file : arguments.list("params")) {
    view.command += " --params " + shell_quote(file);
  }
  for (const std::string& assignment : options.assignments) {
    view.command += " --set " + shell_quote(assignment);
  }
  view.command += arguments.has("apply") ? " --apply" : "";
  ChosenView chosen(context, view, arguments.find("progress"));
  workspace::Workspace& tree = experiment ? experiment->workspace() : context.workspace();
  CheckGate gate(context, tree);
  options.gate = &gate;
  CountedWarnings progress(chosen.progress());
  if (!experiment && options.mode == pipeline::RunMode::run) {
    workspace::remove_left_experiments(context.workspace(), progress);
  }
  options.on_planned = [&] { settled.end_look(); };
  const pipeline::RunResult result = pipeline::run_pipeline(tree,
                                                            loaded.pipeline,
                                                            loaded.params,
                                                            options,
                                                            chosen.observer(),
                                                            {progress, context.cancel()});
  settled.remember(result, progress.count());
  const app::ExitCode code = end_run(context, result);
  if (!context.options().json) {
    context.say(summary_of(result));
    if (experiment && code == app::ExitCode::done) {
      const bool is_cached = options.left_out.empty();
      context.say(fmt::format("next: mlops runs diff {}{}",
                              result.run_id,
                              is_cached ? ", or mlops runs apply " + result.run_id : ""));
    }
  }
  return code;
}

using Repeat = app::Flag::Repeat;
using app::Complete;

std::vector<app::Flag> run_flags() {
  return {
      app::flags::dry_run(),
      {.name = "explain", .help = "why each stage runs: old and new part of its key"},
      {.name = "only", .help = "nothing that the chosen stages need; it is taken as it is"},
      {.name = "from",
       .value = "<stage>",
       .help = "this stage and what depends on it",
       .repeat = Repeat::yes,
       .complete = Complete::stage},
      {.name = "until",
       .value = "<stage>",
       .help = "this stage and what it needs",
       .repeat = Repeat::yes,
       .complete = Complete::stage},
      {.name = "environment", .value = "<name>", .help = "run all stages in this one of the file"},
      {.name = "pool", .value = "<name>", .help = "run all stages on this one of the file"},
      {.name = "no-cache",
       .value = "<stage>",
       .help = "run again although the cache has the result",
       .repeat = Repeat::yes,
       .complete = Complete::stage,
       .given = app::Flag::Given::optional},
      {.name = "cache-only", .help = "run nothing: what is not cached is exit code 3"},
      {.name = "frozen", .help = "the lock must not change"},
      {.name = "isolated",
       .value = "<how>",
       .help = "show a stage only what it declares (default where CI is set)",
       .choices = {"namespaces", "copies"},
       .given = app::Flag::Given::optional},
      {.name = "no-isolated", .help = "show a stage the whole work tree"},
      {.name = "strict", .help = "weak environments and undeclared writes are errors"},
      {.name = "params",
       .value = "<file>",
       .help = "one more parameter file, above the others",
       .repeat = Repeat::yes,
       .complete = Complete::file},
      {.name = "set",
       .value = "<name=value>",
       .help = "a parameter, above the files",
       .repeat = Repeat::yes},
      {.name = "apply", .help = "let a run with --set change the lock and the outs"},
      {.name = "timeout", .value = "<duration>", .help = "of the whole run"},
      {.name = "detach", .help = "go on when this terminal is gone; tell where the output is"},
      {.name = "run-id", .value = "<id>", .help = "what the run is called"},
      {.name = "keep-going",
       .letter = 'k',
       .help = "after a failure go on with what does not need it"},
      app::flags::wait(),
      progress_flag(),
      app::flags::jobs(),
      app::flags::json()};
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
      .flags = run_flags(),
      .run = run_run};
}

}  // namespace mlops::top
