#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/context.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "report/run_words.h"
#include "runs/attached_view.h"
#include "runs/open.h"
#include "runs/tail.h"
#include "runs/verbs.h"
#include "top/live_view.h"

namespace mlops::runs {
namespace {

using pipeline::RecordedInstance;
using pipeline::RecordedRun;
using pipeline::RunHistory;
using pipeline::RunState;

/// What each instance wrote since the last look, then what became of it.
class Follower {
 public:
  /// `view` may be null: then all output is printed.
  Follower(app::Context& context, const RunHistory& history, std::string id, AttachedView* view)
      : context_(context), history_(history), id_(std::move(id)), view_(view) {}

  void look(const RecordedRun& run, RunState state) {
    instances_.resize(run.instances.size());
    for (std::size_t i = 0; i < run.instances.size(); ++i) {
      const RecordedInstance& instance = run.instances[i];
      Followed& followed = instances_[i];
      const bool has_ended = !instance.state.empty() || state != RunState::running;
      if (followed.is_over || (!instance.is_started && !has_ended)) {
        continue;
      }
      if (view_ != nullptr && instance.is_started && !std::exchange(followed.is_in_view, true)) {
        view_->start(instance);
      }
      if (instance.is_started) {
        show_output(instance.id, followed, has_ended ? AtEnd::yes : AtEnd::no);
      }
      if (has_ended) {
        followed.is_over = true;
        if (view_ != nullptr) {
          view_->end(instance);
        }
        show_end(instance, state);
      }
    }
    if (view_ != nullptr) {
      view_->draw();
    }
  }

 private:
  struct Followed {
    std::optional<Tail> tail;
    std::string pending;
    bool is_in_view = false;
    bool is_over = false;
  };

  void show_output(const std::string& id, Followed& followed, AtEnd at_end) {
    if (!followed.tail) {
      followed.tail.emplace(history_.log_of(id_, id));
    }
    for (std::string piece = followed.tail->read(); !piece.empty(); piece = followed.tail->read()) {
      followed.pending += piece;
      show_lines(id, take_lines(followed.pending, AtEnd::no), followed.pending);
    }
    show_lines(id, take_lines(followed.pending, at_end), followed.pending);
  }

  void show_lines(const std::string& id, const std::string& lines, const std::string& begun) {
    if (view_ != nullptr) {
      view_->say(id, lines, begun);
    }
    if (view_ == nullptr || view_->is_followed(id)) {
      context_.terminal().out(escape_lines(lines, escape_for_terminal(id) + " | "));
    }
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
  AttachedView* view_;
  std::vector<Followed> instances_;
};

app::ExitCode run_attach(app::Context& context, const app::Arguments& arguments) {
  const RunHistory history = open_history(context);
  const std::string id = find_run(history, arguments);
  const bool is_drawn = top::is_live(context, arguments.find("progress").value_or("auto"));
  std::optional<AttachedView> view;
  std::optional<Follower> follower;
  for (;;) {
    const auto [run, state] = history.load_with_state(id);
    if (!follower) {
      if (is_drawn && state == RunState::running) {
        view.emplace(context, run);
      }
      follower.emplace(context, history, id, view ? &*view : nullptr);
    }
    follower->look(run, state);
    if (state != RunState::running) {
      view.reset();
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
          .flags = {top::progress_flag()},
          .run = run_attach};
}

}  // namespace mlops::runs
