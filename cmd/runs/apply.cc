#include <fmt/format.h>

#include "app/context.h"
#include "base/error.h"
#include "base/text.h"
#include "runs/open.h"
#include "runs/verbs.h"

namespace mlops::runs {
namespace {

/// What the experiment made is in the cache: a run that may use nothing else brings it here.
app::ExitCode run_apply(app::Context& context, const app::Arguments& arguments) {
  const pipeline::RunHistory history = open_history(context);
  const pipeline::RecordedRun run = history.load(find_run(history, arguments));
  if (run.assignments.empty()) {
    throw Error(ErrorKind::usage,
                fmt::format("the run {} is no experiment: it had no --set", quote(run.id)),
                "mlops run");
  }
  app::Arguments same;
  for (const std::string& assignment : run.assignments) {
    same.add_flag("set", assignment);
  }
  same.add_flag("apply", "");
  same.add_flag("cache-only", "");
  if (arguments.has("wait")) {
    same.add_flag("wait", "");
  }
  same.add_word(context.workspace().to_display(run.pipeline));
  for (const pipeline::RecordedInstance& instance : run.instances) {
    same.add_word(instance.id);
  }
  const app::ExitCode code = app::find_command("run")->run(context, same);
  if (code == app::ExitCode::done) {
    context.say("parameter files stay as they are: to keep it, write there " +
                escape_for_terminal(join(run.assignments, ", ")));
  }
  return code;
}

}  // namespace

app::Command apply_command() {
  return {.path = "runs apply",
          .summary = "bring what an experiment made into the lock and the work tree",
          .examples = {{"mlops run --set train.lr=0.1", "an experiment"},
                       {"mlops runs apply @last", "its outs are now those of the work tree"}},
          .arguments = {{"run", app::Argument::Count::optional, app::Complete::run}},
          .flags = {app::flags::wait(), app::flags::json()},
          .run = run_apply};
}

}  // namespace mlops::runs
