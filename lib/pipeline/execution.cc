#include "pipeline/execution.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "os/clock.h"
#include "pipeline/runtime_directory.h"
#include "workspace/data.h"

namespace mlops::pipeline {

namespace {

/// How often a quiet run looks at its cancel token and at retries that wait.
constexpr std::chrono::milliseconds kTick{50};
constexpr const char* kOverdue = "the --timeout of the run is over";

std::map<std::string, Slots> make_slots(const RunContext& context) {
  std::map<std::string, Slots> slots;
  for (const auto& [name, pool] : context.pipeline.pools) {
    slots.try_emplace(name, pool, context.options.jobs, context.options.environment);
  }
  return slots;
}

/// Without a place to meet, this run counts by itself.
std::unique_ptr<MachineSlots> join_machine(const RunContext& context) {
  try {
    return std::make_unique<MachineSlots>(open_common_directory(context.options.environment));
  } catch (const Error& error) {
    warn_of_being_alone(context.progress, error);
    return nullptr;
  }
}

std::size_t watcher_count(const std::map<std::string, Slots>& slots) {
  std::size_t count = 1;
  for (const auto& [name, one] : slots) {
    count = std::max<std::size_t>(count, one.jobs());
  }
  return count;
}

std::optional<std::chrono::nanoseconds> deadline_of(const RunOptions& options) {
  return options.timeout ? std::optional(os::monotonic_time() + *options.timeout) : std::nullopt;
}

bool reads_from(const Instance& instance, std::size_t upstream) {
  return std::binary_search(instance.inputs.begin(), instance.inputs.end(), upstream);
}

}  // namespace

Execution::Execution(const RunContext& context,
                     Planner& planner,
                     std::vector<Plan> plans,
                     const Gates& gates,
                     RunRecord& record,
                     RunObserver& observer)
    : context_(context),
      planner_(planner),
      gates_(gates),
      verdicts_(context),
      record_(record),
      observer_(observer),
      lock_(context.workspace, context.pipeline, context.graph),
      slots_(make_slots(context)),
      machine_(join_machine(context)),
      works_(plans.size()),
      deadline_(deadline_of(context.options)),
      watchers_(watcher_count(slots_)) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    works_[i].plan = std::move(plans[i]);
    works_[i].result.id = instance_at(i).id;
    if (!context.is_selected[i]) {
      // What was not chosen is as good as done: its outs are taken as they are.
      works_[i].state = State::done;
      works_[i].result.state = InstanceState::hit;
    } else if (works_[i].plan.step != Plan::Step::hit) {
      lock_.load();  // before anything runs: its user may have to mend it
    }
  }
  for (const auto index : gates_.judged) {
    works_[index].state = State::waiting;
  }
}

Execution::~Execution() {
  save_lock_at_last();
  stop_.cancel(context_.cancel.signal_number());
  queue_.close();
}

std::vector<InstanceResult> Execution::run(const std::vector<std::size_t>& selected) {
  settle(selected);
  while (active_ > 0 || waits_for_others_) {
    obey();
    pulse();
    if (auto event = queue_.take(kTick); event) {
      const bool is_end = event->result.has_value();
      handle(std::move(*event));
      if (!is_end) {
        continue;
      }
    }
    settle(selected);
  }
  save_lock();
  std::vector<InstanceResult> results;
  results.reserve(selected.size());
  for (const auto index : selected) {
    results.push_back(std::move(works_[index].result));
  }
  return results;
}

/// What a view shows that is drawn again and again.
void Execution::pulse() {
  const auto now = os::monotonic_time();
  const auto interval = observer_.pulse_interval();
  if (interval.count() <= 0 || now < next_pulse_) {
    return;
  }
  next_pulse_ = now + interval;
  std::vector<std::size_t> running;
  UsageMeter::Processes processes;
  for (std::size_t i = 0; i < works_.size(); ++i) {
    if (!works_[i].is_active) {
      continue;
    }
    running.push_back(i);
    if (const auto process = works_[i].gauge->process(); process != 0) {
      processes.emplace(i, process);
    }
  }
  meter_.look(processes, now);
  std::vector<RunningInstance> told;
  told.reserve(running.size());
  for (const auto index : running) {
    const auto& work = works_[index];
    told.push_back({work.result.id,
                    work.state == State::backing_off ? RunningInstance::Phase::backing_off
                                                     : RunningInstance::Phase::running,
                    work.attempts,
                    meter_.usage_of(index),
                    work.gauge->line()});
  }
  observer_.on_pulse(told);
}

/// Running stages stop when the user says so, and when the time of the whole run is over.
void Execution::obey() {
  if (context_.cancel.is_cancelled()) {
    // Each request once: a second one means that stages are not to get their grace.
    for (; requests_obeyed_ < context_.cancel.requests(); ++requests_obeyed_) {
      stop_.cancel(context_.cancel.signal_number());
    }
  } else if (deadline_ && !is_overdue_ && os::monotonic_time() >= *deadline_) {
    is_overdue_ = true;
    stop_reason_ = kOverdue;
    stop_.cancel();
  }
}

/// Under --cache-only.
void Execution::miss(std::size_t index) {
  auto& work = works_[index];
  work.result.failure = FailureClass::uncached;
  work.result.failure_allowed = false;
  if (!context_.options.keep_going && stop_reason_.empty()) {
    stop_reason_ = fmt::format("the run stopped when {} was not cached", quote(work.result.id));
  }
  end(index, InstanceState::not_started, fmt::format("not cached: {}", work.plan.reason));
}

/// One pass in the order of the graph: whoever is done unlocks only later ones.
void Execution::settle(const std::vector<std::size_t>& selected) {
  waits_for_others_ = false;
  for (const auto index : selected) {
    auto& work = works_[index];
    try {
      if (work.state == State::backing_off) {
        resume(index);
      } else if (work.state == State::waiting && !waits_for_slots(index) &&
                 is_upstream_done(index)) {
        decide(index);
      }
    } catch (const Error& error) {
      fail_with(index, error);
    }
  }
  catch_up();
}

void Execution::save_lock_at_last() noexcept {
  try {
    save_lock();
  } catch (const std::exception&) {
    return;  // the error that passes is worse, and what was made is in the lock already
  }
}

/// What nobody's data hangs on is synced in a tenth of the time at most: on a disk where a sync
/// takes longer than a stage it would be all that a run does. It waits a second at most, and ends
/// before the run does: the lines of the record, and what the lock says of stages that made nothing
/// and of those that were cached. A power cut that takes it takes history; the next run finds what
/// was made by the lock, and runs again what made nothing. A process that is killed loses nothing.
void Execution::catch_up() {
  if (pace_.is_due()) {
    pace_.run([this] {
      save_lock();
      if (has_started_) {
        record_.sync();
      }
    });
  }
}

void Execution::resume(std::size_t index) {
  if (context_.cancel.is_cancelled()) {
    fail(index, FailureClass::interrupted, "was interrupted before the next attempt");
  } else if (is_overdue_) {
    fail(index, FailureClass::timeout, kOverdue);
  } else if (os::monotonic_time() >= works_[index].retry_at && take_slots(index)) {
    start_attempt(index);
  }
}

/// Nothing is decided anew of a stage that only waits for its turn: there may be ten thousand.
bool Execution::waits_for_slots(std::size_t index) const {
  return works_[index].plan.step == Plan::Step::run && stop_reason_.empty() &&
         !context_.cancel.is_cancelled() && slots_.at(instance_at(index).stage->pool).is_full();
}

bool Execution::is_upstream_done(std::size_t index) const {
  const auto is_done = [&](std::size_t up) { return works_[up].state == State::done; };
  const auto& upstream = instance_at(index).upstream;
  const auto& gates = gates_before(index);
  return std::all_of(upstream.begin(), upstream.end(), is_done) &&
         std::all_of(gates.begin(), gates.end(), is_done);
}

/// What the end of the run decides. True when the instance is done with, as for the next two.
bool Execution::stops(std::size_t index) {
  if (context_.cancel.is_cancelled()) {
    end(index, InstanceState::not_started, "the run was interrupted");
    return true;
  }
  if (!stop_reason_.empty()) {
    if (is_overdue_) {
      works_[index].result.failure = FailureClass::timeout;
    }
    end(index, InstanceState::not_started, stop_reason_);
    return true;
  }
  return false;
}

/// What one that comes before it decides.
bool Execution::is_cut_off(std::size_t index, std::size_t up, bool is_input) {
  const auto& other = works_[up].result;
  if (other.state == InstanceState::skipped && is_input) {
    end(index, InstanceState::skipped, fmt::format("{} was skipped", quote(other.id)));
    return true;
  }
  const bool is_missing = other.state == InstanceState::failed ||
                          other.state == InstanceState::not_started ||
                          other.state == InstanceState::cancelled;
  if (!is_missing || !(is_input || !other.failure_allowed)) {
    return false;
  }
  works_[index].result.failure_allowed = other.failure_allowed;
  end(index,
      InstanceState::not_started,
      fmt::format("{} {}",
                  quote(other.id),
                  other.state == InstanceState::failed ? "failed" : "did not run"));
  return true;
}

/// What its condition, upstream or the end of the run decides.
bool Execution::give_up(std::size_t index) {
  const auto& instance = instance_at(index);
  if (!instance.enabled) {
    end(index, InstanceState::skipped, fmt::format("when: {}", *instance.stage->when));
    return true;
  }
  for (const auto up : instance.upstream) {
    if (is_cut_off(index, up, reads_from(instance, up))) {
      return true;
    }
  }
  for (const auto gate : gates_before(index)) {
    if (is_cut_off(index, gate, true)) {
      return true;
    }
  }
  return stops(index);
}

MadeOuts Execution::made_for(const Instance& instance) const {
  MadeOuts made;
  for (const auto up : instance.inputs) {
    for (const auto& out : works_[up].made) {
      made[out.path] = {out.entry, MadeOut::Place::work_tree};
    }
  }
  return made;
}

void Execution::replan(std::size_t index) {
  auto& plan = works_[index].plan;
  const auto& instance = instance_at(index);
  plan = planner_.plan(instance, made_for(instance));
  if (plan.step == Plan::Step::undecided && !plan.inputs.checkouts.empty()) {
    check_out(plan.inputs.checkouts);
    plan = planner_.plan(instance, made_for(instance));
  }
}

void Execution::decide(std::size_t index) {
  if (!context_.is_selected[index]) {
    judge_given(index);
    return;
  }
  if (give_up(index)) {
    return;
  }
  auto& work = works_[index];
  if (work.plan.step == Plan::Step::undecided) {
    replan(index);
  }
  work.result.differences = work.plan.differences;
  work.result.grade = work.plan.environment.grade;
  switch (work.plan.step) {
    case Plan::Step::hit:
      use_cached(index);
      return;
    case Plan::Step::run:
      if (context_.options.on_miss == OnMiss::fail) {
        miss(index);
      } else if (take_slots(index)) {
        launch_alone(index);
      }
      return;
    case Plan::Step::missing_deps:
    case Plan::Step::undecided:
      fail(index, FailureClass::user, work.plan.reason);
      return;
  }
}

/// With slots: what another run makes is waited for, and what it made is taken.
void Execution::launch_alone(std::size_t index) {
  if (!lock_key(index)) {
    give_back_slots(index);
  } else if (has_come(index)) {
    give_back_slots(index);
    works_[index].key_lock.reset();
    replan(index);
    decide(index);
  } else {
    launch(index);
  }
}

void Execution::use_cached(std::size_t index) {
  auto& work = works_[index];
  auto entry = *work.plan.cached;
  try {
    for (const auto i : work.plan.outs_to_restore) {
      const auto kept =
          restore_out(context_.workspace, entry.outs[i], context_.progress, context_.cancel);
      if (kept) {
        work.result.warnings.push_back(fmt::format(
            "{} had been edited: it is kept as {}", quote(entry.outs[i].path), quote(*kept)));
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    // A damaged result is no result; making it again also repairs the store.
    work.result.warnings.push_back(
        fmt::format("the cached result cannot be read: {}", error.message()));
    work.plan.step = Plan::Step::run;
    work.plan.is_entry_lost = true;
    lock_.load();  // before its command runs, as for every stage that runs
    work.plan.reason = "the cached result is damaged";
    decide(index);
    return;
  }
  work.result.grade = entry.grade;
  work.made = entry.outs;
  record_in_lock(index, entry);
  if (!work.plan.outs_to_restore.empty() || work.plan.lacks_ignore_file) {
    ignore(index);
  }
  planner_.memory().remember(instance_at(index), work.plan.parts);
  if (!passes_checks(index)) {
    return;
  }
  end(index,
      work.plan.outs_to_restore.empty() ? InstanceState::hit : InstanceState::restored,
      work.plan.reason);
}

void Execution::handle(RunEvent event) {
  auto& work = works_[event.instance];
  if (!event.result) {
    work.log_end.add(event.line);
    if (event.is_shown) {
      observer_.on_output(instance_at(event.instance), event.line);
    }
    return;
  }
  try {
    if (is_overdue_ && event.result->failure == FailureClass::interrupted &&
        !context_.cancel.is_cancelled()) {
      event.result->failure = FailureClass::timeout;
      event.result->problem = kOverdue;
    }
    end_attempt(event.instance, *event.result);
  } catch (const Error& error) {
    fail_with(event.instance, error);
  }
}

}  // namespace mlops::pipeline
