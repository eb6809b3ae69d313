#include "top/live_view.h"

#include <fmt/format.h>

#include "base/error.h"
#include "os/clock.h"

namespace mlops::top {
namespace {

using pipeline::InstanceState;
using pipeline::RunningInstance;
using Outcome = ui::RunScreen::Outcome;

constexpr std::chrono::milliseconds kRedraw{100};

Outcome outcome_of(InstanceState state) {
  switch (state) {
    case InstanceState::ran:
      return Outcome::ran;
    case InstanceState::hit:
    case InstanceState::restored:
    case InstanceState::judged:
      return Outcome::cached;
    case InstanceState::failed:
      return Outcome::failed;
    case InstanceState::skipped:
    case InstanceState::not_started:
    case InstanceState::would_run:
    case InstanceState::would_restore:
    case InstanceState::would_judge:
    case InstanceState::cancelled:
      return Outcome::left_out;
  }
  return Outcome::left_out;
}

std::string state_of(const RunningInstance& instance) {
  if (instance.phase == RunningInstance::Phase::backing_off) {
    return "backoff";
  }
  return instance.attempt > 1 ? fmt::format("try {}", instance.attempt) : "running";
}

}  // namespace

bool is_live(app::Context& context, const std::string& how) {
  const ui::Terminal& terminal = context.terminal();
  const app::ProcessEnvironment& environment = context.environment();
  if (how == "live" && !terminal.can_be_live()) {
    throw Error(ErrorKind::usage,
                "--progress=live wants a terminal for both output and errors, in its foreground",
                "--progress=plain prints lines anywhere");
  }
  if (how == "plain" || context.options().json || context.options().quiet) {
    return false;
  }
  const std::string term = environment.get("TERM");
  return how == "live" || (terminal.can_be_live() && !term.empty() && term != "dumb" &&
                           environment.get("NO_COLOR").empty() && !app::is_ci(environment));
}

LiveView::LiveView(app::Context& context, RunView& lines) : context_(context), lines_(lines) {}

LiveView::~LiveView() {
  context_.terminal().show_area({});
}

void LiveView::on_run(const std::string& run_id, std::size_t instances) {
  lines_.on_run(run_id, instances);
  const std::lock_guard lock(mutex_);
  screen_.begin(instances, os::monotonic_time());
}

void LiveView::on_start(const pipeline::Instance& instance, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  screen_.stream(followed_, false);
  lines_.pause();
  followed_ = screen_.running() == 0 ? instance.id : "";
  screen_.start(instance.id, reason, os::monotonic_time());
  screen_.stream(followed_, true);
}

void LiveView::on_output(const pipeline::Instance& instance, std::string_view line) {
  if (followed_ == instance.id) {
    lines_.on_output(instance, line);
  }
  const std::lock_guard lock(mutex_);
  screen_.say(instance.id, line);
}

/// The line above and the row below are changed in one step.
void LiveView::on_end(const pipeline::InstanceResult& result) {
  {
    const std::lock_guard lock(mutex_);
    screen_.end(result.id, outcome_of(result.state));
    context_.terminal().change_area(lines());
  }
  followed_ = followed_ == result.id ? "" : followed_;
  lines_.on_end(result);
}

std::chrono::milliseconds LiveView::pulse_interval() const {
  return kRedraw;
}

void LiveView::on_pulse(const std::vector<RunningInstance>& running) {
  const std::lock_guard lock(mutex_);
  for (const RunningInstance& instance : running) {
    screen_.set_state(instance.id, state_of(instance));
    screen_.set_use(instance.id, {instance.usage.processors, instance.usage.memory_bytes});
    screen_.set_begun(instance.id, instance.line);
  }
  if (context_.cancel().is_cancelled()) {
    screen_.set_notice("stopping what runs; Ctrl-C again ends at once");
  }
  draw();
}

std::vector<ui::Line> LiveView::lines() const {
  const ui::Terminal::Size room = context_.terminal().area_room();
  return screen_.draw(room.columns, room.rows, os::monotonic_time());
}

void LiveView::draw() {
  drawn_ = os::monotonic_time();
  context_.terminal().show_area(lines());
}

void LiveView::draw_if_due() {
  const std::lock_guard lock(mutex_);
  if (os::monotonic_time() - drawn_ >= kRedraw) {
    draw();
  }
}

void LiveView::Ticking::begin(std::string_view phase,
                              std::uint64_t total_items,
                              std::uint64_t total_bytes) {
  view_.context_.progress().begin(phase, total_items, total_bytes);
}

void LiveView::Ticking::begin_wait(std::string_view phase) {
  view_.context_.progress().begin_wait(phase);
}

void LiveView::Ticking::advance(std::uint64_t items, std::uint64_t bytes) {
  view_.context_.progress().advance(items, bytes);
  view_.draw_if_due();
}

void LiveView::Ticking::end() {
  view_.context_.progress().end();
}

void LiveView::Ticking::warn(std::string_view message) {
  view_.context_.progress().warn(message);
}

ChosenView::ChosenView(app::Context& context,
                       RunView& lines,
                       const std::optional<std::string>& progress)
    : context_(context), lines_(lines) {
  if (is_live(context, progress.value_or("auto"))) {
    live_ = std::make_unique<LiveView>(context, lines);
  }
}

pipeline::RunObserver& ChosenView::observer() {
  if (live_) {
    return *live_;
  }
  return lines_;
}

Progress& ChosenView::progress() {
  return live_ ? live_->progress() : context_.progress();
}

app::Flag progress_flag() {
  return {.name = "progress",
          .value = "<how>",
          .help = "a view that is drawn again and again, or all output line by line",
          .choices = {"auto", "live", "plain"}};
}

}  // namespace mlops::top
