#include <csignal>

#include <fmt/format.h>

#include "app/context.h"
#include "base/error.h"
#include "base/text.h"
#include "os/lock.h"
#include "runs/open.h"
#include "runs/verbs.h"

namespace mlops::runs {
namespace {

app::ExitCode run_cancel(app::Context& context, const app::Arguments& arguments) {
  const pipeline::RunHistory history = open_history(context);
  const std::string id = history.find(arguments.words().front());
  const auto [run, state] = history.load_with_state(id);
  if (state != pipeline::RunState::running) {
    throw Error(ErrorKind::conflict,
                fmt::format("the run {} is not at work: it {}",
                            quote(id),
                            state == pipeline::RunState::finished ? "has ended" : "died"),
                shell_join({"mlops", "runs", "show", id}));
  }
  // Not SIGINT: what a script starts in the background ignores that.
  if (!os::signal_lock_holder(history.lock_of(id), run.pid, SIGTERM)) {
    if (!history.is_running(id)) {
      context.say(fmt::format("run {} has just ended", id));
      return app::ExitCode::done;
    }
    throw Error(ErrorKind::conflict,
                fmt::format("the run {} is at work where its process cannot be seen", quote(id)),
                "cancel it on the machine, or in the container, where it was started");
  }
  context.say(fmt::format("asked run {} to stop; mlops runs attach {} waits for it", id, id));
  return app::ExitCode::done;
}

}  // namespace

app::Command cancel_command() {
  return {.path = "runs cancel",
          .summary = "ask a run to stop cleanly, as Ctrl-C does",
          .examples = {{"mlops runs cancel @last", "its stages are stopped, its record is closed"}},
          .arguments = {{"run", app::Argument::Count::one, app::Complete::run}},
          .run = run_cancel};
}

}  // namespace mlops::runs
