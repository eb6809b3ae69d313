#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/file.h"
#include "pipeline/execution.h"
#include "pipeline/runtime_directory.h"
#include "pipeline/walk.h"

/// One attempt of a stage: what it gets, and what follows from its end.
namespace mlops::pipeline {

namespace {

constexpr int kNotFoundExitCode = 127;  ///< as a shell says it

}  // namespace

/// First what this run may use, then what all runs on this machine may.
bool Execution::take_slots(std::size_t index) {
  const auto& stage = *instance_at(index).stage;
  auto& work = works_[index];
  if (work.has_slots) {
    return true;
  }
  const auto needs = needs_of(stage, work.budget.ooms());
  auto& slots = slots_.at(stage.pool);
  if (!slots.try_take(needs)) {
    return false;
  }
  if (!claim_machine(index, needs)) {
    slots.give_back(needs);
    wait_for_others("other runs on this machine use its slots: stages wait for them");
    return false;
  }
  work.needs = needs;
  work.has_slots = true;
  return true;
}

/// Where runs cannot meet any more, this one goes on by itself.
bool Execution::claim_machine(std::size_t index, const Needs& needs) {
  const auto& limits = slots_.at(instance_at(index).stage->pool).limits();
  try {
    if (machine_) {
      auto claim = machine_->try_take(needs.cpu, needs.memory, needs.gpu, limits, context_.cancel);
      works_[index].claim = std::move(claim);
      return works_[index].claim.has_value();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    warn_of_being_alone(context_.progress, error);
    machine_.reset();
  }
  works_[index].claim = claim_alone(needs, limits);
  return works_[index].claim.has_value();
}

/// The pool has counted all but the devices, which two pools may share.
std::optional<Claim> Execution::claim_alone(const Needs& needs, const MachineLimits& limits) const {
  Claim used;
  if (needs.gpu > 0) {
    for (const auto& work : works_) {
      if (work.claim) {
        used.gpus.insert(used.gpus.end(), work.claim->gpus.begin(), work.claim->gpus.end());
      }
    }
    std::sort(used.gpus.begin(), used.gpus.end());
  }
  return claim_beside(used, needs.cpu, needs.memory, needs.gpu, limits);
}

void Execution::give_back_slots(std::size_t index) {
  auto& work = works_[index];
  if (std::exchange(work.has_slots, false)) {
    slots_.at(instance_at(index).stage->pool).give_back(work.needs);
  }
  if (const auto claim = std::exchange(work.claim, std::nullopt); claim && machine_) {
    machine_->give_back(*claim);
  }
}

/// The user hears of each reason once.
void Execution::wait_for_others(const std::string& why) {
  waits_for_others_ = true;
  if (told_.insert(why).second) {
    context_.progress.warn(why);
  }
}

/// One run at a time makes a result, whichever work tree it stands in: the others wait for it.
bool Execution::lock_key(std::size_t index) {
  auto& work = works_[index];
  if (!is_cacheable(*instance_at(index).stage)) {
    return true;
  }
  // A file for each key would never be removed; that two runs share one only costs time. Within a
  // run it does not.
  constexpr std::size_t kDigits = 3;
  const auto name = work.plan.key.hex().substr(0, kDigits);
  auto& shared = key_locks_[name];
  if (auto held = shared.lock()) {
    if (is_made_here(work.plan.key)) {
      return false;  // until that one has ended
    }
    work.key_lock = std::move(held);
    return true;
  }
  const auto directory = context_.workspace.store_directory() / "run-locks";
  os::make_directories(directory);
  auto lock = os::FileLock::try_acquire(directory / name, os::LockMode::exclusive);
  if (!lock) {
    wait_for_others(fmt::format("another run makes the result of {}: this one waits for it",
                                quote(instance_at(index).id)));
    return false;
  }
  work.key_lock = std::make_shared<os::FileLock>(std::move(*lock));
  shared = work.key_lock;
  return true;
}

/// Stages without outs may have one key.
bool Execution::is_made_here(const store::ObjectId& key) const {
  return std::any_of(works_.begin(), works_.end(), [&](const Work& work) {
    return work.key_lock && work.plan.key == key;
  });
}

/// True when another run made the result since this one looked.
bool Execution::has_come(std::size_t index) {
  auto& work = works_[index];
  if (!is_cacheable(*instance_at(index).stage) || work.plan.is_entry_lost ||
      work.plan.reason == kNoCache || std::exchange(work.has_looked_again, true)) {
    return false;
  }
  return context_.workspace.store().find_result(work.plan.key).has_value();
}

void Execution::start_attempt(std::size_t index) {
  auto& work = works_[index];
  const auto& instance = instance_at(index);
  work.state = State::running;
  ++work.attempts;
  auto& environment = planner_.environment_of(instance);
  auto attempt = make_attempt(
      context_, instance, record_.directory() / "params" / (file_name_of(instance.id) + ".json"));
  attempt.memory_limit = work.needs.memory;
  if (const auto problem = environment.equip(instance, attempt); problem) {
    RunEvent event;
    event.instance = index;
    event.result = AttemptResult{};
    event.result->failure = FailureClass::user;
    event.result->exit_code = kNotFoundExitCode;
    event.result->problem = problem->problem;
    event.result->hint = problem->hint;
    queue_.put(std::move(event));
    return;
  }
  isolate(index, attempt, environment.tree_access());
  give_gpus(index, attempt);
  auto secrets = give_secrets(index, attempt, environment.tree_access());
  watchers_.submit([this,
                    index,
                    &environment,
                    log = work.log,
                    gauge = work.gauge,
                    attempt = std::move(attempt),
                    secrets = std::move(secrets)] {
    run_attempt(environment, attempt, secrets, {index, *log, queue_, gauge.get()}, stop_);
  });
}

/// A view of its own for each attempt: the next one starts clean.
void Execution::isolate(std::size_t index, Attempt& attempt, StageEnvironment::TreeAccess access) {
  using Access = StageEnvironment::TreeAccess;
  auto& work = works_[index];
  const auto& instance = instance_at(index);
  if (context_.options.isolation == Isolation::none && access != Access::copied) {
    return;
  }
  work.view = std::make_unique<IsolatedView>(
      context_.workspace,
      instance,
      work.plan.inputs.entries,
      IsolatedView::Environment{attempt.program, attempt.prefix, access != Access::in_place},
      context_.options.isolation,
      context_.cancel);
  attempt.tree = work.view->directory();
  attempt.program = work.view->seen_program(attempt.program);
  attempt.cwd = work.view->seen(instance.workdir);
  attempt.variables["MLOPS_PARAMS"] = work.view->write_params(params_json(instance)).string();
  attempt.sandbox = work.view->sandbox();
  if (access == Access::copied) {
    attempt.outs = instance.outs;
    attempt.reads.clear();  // its params are in the view
  }
}

/// What is wrong with what the stage did, or what may help to mend it; empty when nothing.
std::string Execution::end_view(std::size_t index, const AttemptResult& attempt) {
  auto& work = works_[index];
  std::string problem;
  if (attempt.failure == FailureClass::none) {
    work.result.undeclared_writes = work.view->undeclared_writes(context_.cancel);
    for (auto& path : work.view->undeclared_of(attempt.others)) {
      work.result.undeclared_writes.push_back(std::move(path));
    }
    // Copied files alone are no isolation that anybody asked for.
    const bool is_wrong = context_.options.isolation != Isolation::none;
    if (is_wrong && !work.result.undeclared_writes.empty()) {
      problem = fmt::format("wrote {}, which no out declares",
                            quote(work.result.undeclared_writes.front()));
    }
  } else if (attempt.failure == FailureClass::user) {
    const auto wanted = wanted_by(index);
    if (!wanted.empty()) {
      problem = fmt::format("; its log names {}, which no dep declares: {} does not see it",
                            join(wanted, ", "),
                            context_.options.isolation == Isolation::none
                                ? "a container that files are copied into"
                                : "an isolated stage");
      work.result.hint = fmt::format("add {} to the deps of [stage.{}], if it reads it",
                                     join(wanted, ", "),
                                     instance_at(index).stage->name);
    }
  }
  const bool is_good = attempt.failure == FailureClass::none && problem.empty();
  work.view->deliver(is_good ? IsolatedView::Which::all : IsolatedView::Which::persistent);
  work.view.reset();
  return problem;
}

std::vector<std::string> Execution::wanted_by(std::size_t index) const {
  const auto& work = works_[index];
  auto& repository = context_.workspace.repository();
  std::vector<std::string> unseen;
  for (auto& file : walk_files(
           context_.workspace.tree(),
           "",
           [&](const std::string& directory) { return !repository.is_ignored(directory); },
           context_.cancel)) {
    if (!work.view->shows(file.path)) {
      unseen.push_back(std::move(file.path));
    }
  }
  std::vector<std::string> quoted;
  for (const auto& path : find_wanted(unseen, work.log_end.lines())) {
    quoted.push_back(quote(path));
  }
  return quoted;
}

void Execution::give_gpus(std::size_t index, Attempt& attempt) const {
  const auto& claim = works_[index].claim;
  if (claim && !claim->gpus.empty()) {
    attempt.variables[std::string(kDevicesVariable)] = join(claim->gpus, ",");
  }
}

/// Returns the values, to be kept out of the log. An engine shows the variables of a container to
/// everybody who may ask it: secret ones come to it by a file.
std::vector<std::string> Execution::give_secrets(std::size_t index,
                                                 Attempt& attempt,
                                                 StageEnvironment::TreeAccess access) {
  const auto values =
      read_secret_values(*instance_at(index).stage, context_.options, origin_of(context_));
  auto files = values.files;
  const bool by_script =
      access != StageEnvironment::TreeAccess::in_place && !values.variables.empty();
  if (by_script) {
    files[kSecretScript] = to_shell_script(values.variables);
  } else {
    for (const auto& [name, value] : values.variables) {
      attempt.variables[name] = value;
    }
  }
  if (!files.empty()) {
    auto& holder = works_[index].secret_files;
    holder =
        std::make_unique<SecretFiles>(open_runtime_directory(context_.options.environment), files);
    attempt.reads.push_back(holder->directory());
    if (by_script) {
      attempt.secret_script = holder->directory().string() + kSecretScript;
    }
    if (!values.files.empty()) {
      attempt.variables["MLOPS_SECRETS"] = holder->directory().string();
    }
  }
  return values.all();
}

void Execution::end_attempt(std::size_t index, const AttemptResult& attempt) {
  auto& work = works_[index];
  auto& result = work.result;
  result.exit_code = attempt.exit_code;
  result.signal_number = attempt.signal_number;
  result.elapsed += attempt.elapsed;
  result.peak_rss_bytes = std::max(result.peak_rss_bytes, attempt.peak_rss_bytes);
  result.hint = attempt.hint;
  result.warnings.insert(result.warnings.end(), attempt.warnings.begin(), attempt.warnings.end());
  auto problem = attempt.problem;
  work.secret_files.reset();
  if (work.view) {
    problem += end_view(index, attempt);
  }
  if (attempt.failure != FailureClass::none && try_again(index, attempt)) {
    return;
  }
  if (!work.log->problem().empty()) {
    result.warnings.push_back(fmt::format("the log is not whole: {}", work.log->problem()));
  }
  if (const auto left_out = work.log->left_out_bytes(); left_out > 0) {
    result.warnings.push_back(
        fmt::format("{} of its output are not kept: its log has the beginning and the end",
                    format_bytes(left_out)));
  }
  if (attempt.failure != FailureClass::none) {
    fail(index, attempt.failure, problem);
    return;
  }
  if (!problem.empty()) {
    fail(index, FailureClass::user, problem);
    return;
  }
  complete(index);
}

bool Execution::try_again(std::size_t index, const AttemptResult& attempt) {
  auto& work = works_[index];
  const auto& stage = *instance_at(index).stage;
  const bool is_allowed = work.budget.count(stage.retry, attempt);
  const bool is_hopeless = attempt.failure == FailureClass::oom &&
                           !slots_.at(stage.pool).has_more_memory(stage, work.budget.ooms());
  if (context_.cancel.is_cancelled() || !is_allowed || is_hopeless) {
    return false;
  }
  if (work.aside) {
    work.aside->clear();
  }
  give_back_slots(index);
  work.state = State::backing_off;
  work.retry_at = os::monotonic_time() + work.budget.backoff(stage.retry);
  work.result.warnings.push_back(
      fmt::format("attempt {} failed: {}", work.attempts, attempt.problem));
  record_.append(
      "retry",
      {{"instance", work.result.id}, {"attempt", work.attempts}, {"problem", attempt.problem}},
      os::Durability::durable);
  return true;
}

}  // namespace mlops::pipeline
