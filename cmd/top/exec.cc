#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/load.h"
#include "pipeline/outputs.h"
#include "pipeline/run.h"
#include "pipeline/suggest_stage.h"
#include "top/live_view.h"
#include "top/run_view.h"
#include "top/verbs.h"
#include "workspace/tree_write.h"

namespace mlops::top {
namespace {

constexpr std::uint64_t kMaxPipelineBytes = 4ULL << 20U;

/// Environments and pools of the pipeline, if there is one; its stages give way to the command.
pipeline::Loaded load_places(app::Context& context) {
  const std::string file = pipeline::Selection().file;
  if (os::lstat_file(context.workspace().top() / file)) {
    return pipeline::load_pipeline(context, file);
  }
  return {pipeline::parse_pipeline("schema = 1\n", file), {}};
}

/// Read back as a pipeline file, so that names and words are checked as there.
pipeline::Stage make_stage(const pipeline::Pipeline& places,
                           const pipeline::SuggestedStage& wanted) {
  const auto has = [](const auto& known, const std::string& name, std::string_view what) {
    if (!name.empty() && !known.contains(name)) {
      throw Error(ErrorKind::usage,
                  fmt::format("pipeline.toml has no {} {}", what, quote(name)),
                  "mlops pipeline validate");
    }
  };
  has(places.environments, wanted.environment, "environment");
  has(places.pools, wanted.pool, "pool");
  pipeline::SuggestedStage bare = wanted;
  bare.environment.clear();
  bare.pool.clear();
  pipeline::Pipeline one =
      pipeline::parse_pipeline("schema = 1\n" + to_toml(bare) + "cache = false\n", "the command");
  pipeline::Stage stage = std::move(one.stages.front());
  stage.environment = wanted.environment;
  stage.pool = wanted.pool.empty() ? stage.pool : wanted.pool;
  return stage;
}

std::string text_of_pipeline(app::Context& context) {
  const auto text = workspace::read_text(
      context.workspace().tree(), pipeline::Selection().file, kMaxPipelineBytes);
  std::string all = text.value_or("schema = 1\n");
  return all + (all.ends_with('\n') ? "\n" : "\n\n");
}

/// What the command wrote is given to the store: the first run of the stage may then replace it.
void save(app::Context& context,
          const config::Params& params,
          const pipeline::SuggestedStage& wanted) {
  const std::string file = pipeline::Selection().file;
  const std::string text = text_of_pipeline(context) + to_toml(wanted);
  const pipeline::Pipeline saved = pipeline::parse_pipeline(text, file);
  const pipeline::Graph graph = pipeline::build_graph(saved, params);
  for (const pipeline::Instance& instance : graph.instances) {
    if (instance.stage->name == wanted.name) {
      pipeline::store_outs(context.workspace(), instance, context.progress(), context.cancel());
    }
  }
  workspace::write_text(context.workspace().tree(), file, text);
}

void print_suggestion(app::Context& context, const pipeline::SuggestedStage& stage, bool is_saved) {
  const std::string text = to_toml(stage);
  if (context.options().json) {
    context.print_json(app::dump({{"version", 1},
                                  {"event", "stage"},
                                  {"name", stage.name},
                                  {"toml", text},
                                  {"saved", is_saved}}));
    return;
  }
  context.say(is_saved ? "saved in pipeline.toml:" : "to repeat it, pipeline.toml needs (--save):");
  if (!context.options().quiet) {
    for (const std::string_view line : split(trim(text), '\n')) {
      context.terminal().out("  " + escape_for_terminal(line) + "\n");
    }
  }
  if (is_saved) {
    context.say("next: mlops run " + stage.name);
  }
}

/// Also what git ignores: outs are ignored once they are declared.
std::vector<std::string> outs_of(const pipeline::InstanceResult& result) {
  std::vector<std::string> outs = result.undeclared_writes;
  outs.insert(outs.end(), result.ignored_writes.begin(), result.ignored_writes.end());
  std::sort(outs.begin(), outs.end());
  return outs;
}

/// Before it runs for an hour: two stages cannot write the same outs.
void refuse_saved(const pipeline::Pipeline& pipeline, const pipeline::Stage& stage) {
  const auto found =
      std::find_if(pipeline.stages.begin(), pipeline.stages.end(), [&](const auto& known) {
        return known.argv == stage.argv && known.workdir == stage.workdir &&
               known.environment == stage.environment && known.pool == stage.pool;
      });
  if (found != pipeline.stages.end()) {
    throw Error(ErrorKind::usage,
                fmt::format("pipeline.toml has this command already: stage {}", quote(found->name)),
                "mlops run " + shell_quote(found->name));
  }
}

/// A command declares nothing: there would be nothing to copy.
void refuse_copies(app::Context& context,
                   const pipeline::Pipeline& places,
                   const std::string& environment) {
  const auto found = places.environments.find(environment);
  const bool is_container =
      found != places.environments.end() &&
      (found->second.type == pipeline::EnvironmentType::container || !found->second.image.empty());
  if (is_container && context.workspace().settings().get_string("container.io") == "copy") {
    throw Error(ErrorKind::config,
                "with container.io = \"copy\" a container sees what a stage declares, and a "
                "command declares nothing",
                "write a stage with deps and outs into pipeline.toml, and: mlops run");
  }
}

app::ExitCode run_exec(app::Context& context, const app::Arguments& arguments) {
  pipeline::Loaded loaded = load_places(context);
  pipeline::SuggestedStage wanted;
  wanted.argv = arguments.words();
  wanted.workdir = context.workspace().to_relative(".");
  wanted.environment = arguments.find("environment").value_or("");
  wanted.pool = arguments.find("pool").value_or("");
  wanted.name = pipeline::suggest_name(loaded.pipeline, wanted.argv);
  const pipeline::Stage stage = make_stage(loaded.pipeline, wanted);
  refuse_copies(context, loaded.pipeline, wanted.environment);
  if (arguments.has("save")) {
    refuse_saved(loaded.pipeline, stage);
  }
  loaded.pipeline.stages = {stage};
  loaded.pipeline.hooks = {};
  loaded.pipeline.unsupported.clear();

  pipeline::RunOptions options;
  options.lock = pipeline::LockPolicy::leave;
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  RunView view(context, display_width(wanted.name));
  view.whole_command = "mlops exec -- " + shell_join(wanted.argv);
  ChosenView chosen(context, view, arguments.find("progress"));
  const pipeline::RunResult result = pipeline::run_pipeline(context.workspace(),
                                                            loaded.pipeline,
                                                            loaded.params,
                                                            options,
                                                            chosen.observer(),
                                                            {chosen.progress(), context.cancel()});
  context.progress().end();
  const app::ExitCode code = app::exit_code_of(result.worst());
  if (code == app::ExitCode::done) {
    wanted.outs = outs_of(result.instances.front());
    wanted.deps = pipeline::suggest_deps(context.workspace(), wanted);
    if (arguments.has("save")) {
      save(context, loaded.params, wanted);
    }
    print_suggestion(context, wanted, arguments.has("save"));
  }
  return code;
}

}  // namespace

app::Command exec_command() {
  return {.path = "exec",
          .summary = "run one command as a stage would run",
          .examples = {{"mlops exec -- python3 train.py", "and see the stage that repeats it"},
                       {"mlops exec --environment py --save -- python3 train.py",
                        "write that stage into pipeline.toml"}},
          .arguments = {{"command", app::Argument::Count::at_least_one, app::Complete::file}},
          .flags = {{.name = "environment",
                     .value = "<name>",
                     .help = "of pipeline.toml: what the command runs in"},
                    {.name = "pool", .value = "<name>", .help = "of pipeline.toml: where it runs"},
                    {.name = "save", .help = "write the stage into pipeline.toml"},
                    app::flags::wait(),
                    progress_flag(),
                    app::flags::json()},
          .run = run_exec};
}

}  // namespace mlops::top
