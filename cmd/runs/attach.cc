#include <fmt/format.h>

#include "app/context.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "report/run_words.h"
#include "runs/open.h"
#include "runs/tail.h"
#include "runs/verbs.h"

namespace mlops::runs {
namespace {

using pipeline::RecordedInstance;
using pipeline::RecordedRun;
using pipeline::RunHistory;
using pipeline::RunState;

/// What each instance wrote since the last look, then what became of it.
class Follower {
 public:
  Follower(app::Context& context, const RunHistory& history, std::string id)
      : context_(context), history_(history), id_(std::move(id)) {}

  void look(const RecordedRun& run, RunState state) {
    instances_.resize(run.instances.size());
    for (std::size_t i = 0; i < run.instances.size(); ++i) {
      const RecordedInstance& instance = run.instances[i];
      Followed& followed = instances_[i];
      const bool has_ended = !instance.state.empty() || state != RunState::running;
      if (followed.is_over || (!instance.is_started && !has_ended)) {
        continue;
      }
      if (instance.is_started) {
        show_output(instance.id, followed, has_ended ? AtEnd::yes : AtEnd::no);
      }
      if (has_ended) {
        followed.is_over = true;
        show_end(instance, state);
      }
    }
  }

 private:
  struct Followed {
    std::optional<Tail> tail;
    std::string pending;
    bool is_over = false;
  };

  void show_output(const std::string& id, Followed& followed, AtEnd at_end) {
    if (!followed.tail) {
      followed.tail.emplace(history_.log_of(id_, id));
    }
    const std::string prefix = escape_for_terminal(id) + " | ";
    for (std::string piece = followed.tail->read(); !piece.empty(); piece = followed.tail->read()) {
      followed.pending += piece;
      context_.terminal().out(escape_lines(take_lines(followed.pending, AtEnd::no), prefix));
    }
    context_.terminal().out(escape_lines(take_lines(followed.pending, at_end), prefix));
  }

  void show_end(const RecordedInstance& instance, RunState state) {
    const std::chrono::milliseconds elapsed(static_cast<std::int64_t>(instance.elapsed_ms));
    context_.say(
        fmt::format("{}  {}{}{}",
                    escape_for_terminal(instance.id),
                    report::state_of(instance, state),
                    instance.attempts > 0 ? " in " + format_duration(elapsed) : "",
                    instance.reason.empty() ? "" : ": " + escape_for_terminal(instance.reason)));
  }

  app::Context& context_;
  const RunHistory& history_;
  std::string id_;
  std::vector<Followed> instances_;
};

app::ExitCode run_attach(app::Context& context, const app::Arguments& arguments) {
  const RunHistory history = open_history(context);
  const std::string id = find_run(history, arguments);
  Follower follower(context, history, id);
  for (;;) {
    const auto [run, state] = history.load_with_state(id);
    follower.look(run, state);
    if (state != RunState::running) {
      context.say(
          fmt::format("run {}: {}, {}", id, report::outcome_of(run, state), report::tally_of(run)));
      return exit_code_of(run, state);
    }
    wait_a_little();
    context.cancel().check();
  }
}

}  // namespace

app::Command attach_command() {
  return {.path = "runs attach",
          .summary = "follow a run until it ends, with its exit code",
          .examples = {{"mlops runs attach", "the last run"},
                       {"mlops runs attach nightly-7 && ./publish.sh", "go on when it went well"}},
          .arguments = {{"run", app::Argument::Count::optional, app::Complete::run}},
          .run = run_attach};
}

}  // namespace mlops::runs
