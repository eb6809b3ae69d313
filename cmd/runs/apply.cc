#include <fmt/format.h>

#include "app/context.h"
#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/load.h"
#include "pipeline/run.h"
#include "runs/open.h"
#include "runs/verbs.h"
#include "top/check_gate.h"
#include "top/run_view.h"

namespace mlops::runs {
namespace {

constexpr std::size_t kNameWidth = 20;

/// What the experiment made is in the cache: a run that may use nothing else, and no result of
/// another key, brings it here.
pipeline::RunOptions same_results(app::Context& context, const pipeline::RecordedRun& run) {
  pipeline::RunOptions options;
  options.on_miss = pipeline::OnMiss::fail;
  options.assignments = run.assignments;
  options.params_files = run.params_files;
  options.environment = {context.environment().variables.begin(),
                         context.environment().variables.end()};
  options.selection.upstream = pipeline::Choice::Upstream::leave;
  for (const pipeline::RecordedInstance& instance : run.instances) {
    if (instance.state != to_string(pipeline::InstanceState::judged)) {
      options.selection.wanted.push_back(instance.id);
      options.expected_keys[instance.id] = instance.key;
    }
  }
  return options;
}

/// Its files of --params, where it found them; what is in them now decides the keys, which are
/// compared.
pipeline::ParamsAbove params_of(app::Context& context, const pipeline::RecordedRun& run) {
  pipeline::ParamsAbove above{{}, run.assignments};
  for (const std::string& file : run.params_files) {
    // A path that is absolute stays what it is.
    const auto place = context.workspace().top() / file;
    if (!os::lstat_file(place)) {
      throw Error(
          ErrorKind::not_found,
          fmt::format("the run {} had --params {}, which is gone", quote(run.id), quote(file)),
          "put it back as it was");
    }
    above.files.push_back(place.string());
  }
  return above;
}

/// What to write where, to keep it.
std::string names_of(const pipeline::RecordedRun& run) {
  std::vector<std::string> names = run.assignments;
  for (const std::string& file : run.params_files) {
    names.push_back("what is in " + file);
  }
  return escape_for_terminal(join(names, ", "));
}

app::ExitCode run_apply(app::Context& context, const app::Arguments& arguments) {
  const pipeline::RunHistory history = open_history(context);
  const pipeline::RecordedRun run = history.load(find_run(history, arguments));
  if (run.assignments.empty()) {
    throw Error(ErrorKind::usage,
                fmt::format("the run {} is no experiment: it had no --set", quote(run.id)),
                "mlops run");
  }
  if (run.worst.value_or("") != to_string(pipeline::FailureClass::none)) {
    throw Error(
        ErrorKind::usage,
        fmt::format("the run {} did not end well: it has nothing whole to bring", quote(run.id)),
        "mlops runs show " + run.id);
  }
  const pipeline::Loaded loaded =
      pipeline::load_pipeline(context, run.pipeline, params_of(context, run));
  pipeline::RunOptions options = same_results(context, run);
  options.wait = arguments.has("wait") ? os::LockWait::yes : os::LockWait::no;
  top::CheckGate gate(context, context.workspace());
  options.gate = &gate;
  top::RunView view(context, kNameWidth);
  view.whole_command = "mlops runs apply " + run.id;
  const pipeline::RunResult result = pipeline::run_pipeline(context.workspace(),
                                                            loaded.pipeline,
                                                            loaded.params,
                                                            options,
                                                            view,
                                                            {context.progress(), context.cancel()});
  const app::ExitCode code = top::end_run(context, result);
  if (code == app::ExitCode::done) {
    context.say("parameter files stay as they are: to keep it, write there " + names_of(run));
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
