#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/file.h"
#include "pipeline/execution.h"
#include "pipeline/frozen.h"
#include "pipeline/judgement.h"
#include "pipeline/lock_read.h"
#include "workspace/data.h"

namespace mlops::pipeline {

namespace {

/// What the stage left behind, or the file says, is the user's; the rest is the machine's.
FailureClass class_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::interrupted:
      return FailureClass::interrupted;
    case ErrorKind::config:
    case ErrorKind::conflict:
    case ErrorKind::not_found:
      return FailureClass::user;
    default:
      return FailureClass::infra;
  }
}

std::string outs_text(const std::vector<MadeOutRecord>& outs) {
  std::vector<std::string> texts;
  texts.reserve(outs.size());
  for (const auto& out : outs) {
    texts.push_back(fmt::format("{} {}", out.path, out.entry.id.hex().substr(0, 12)));
  }
  return join(texts, ", ");
}

bool is_same_content(const std::vector<MadeOutRecord>& a, const std::vector<MadeOutRecord>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.path == y.path && x.entry == y.entry;
  });
}

bool has_roots(const std::vector<MadeOutRecord>& outs) {
  return std::any_of(
      outs.begin(), outs.end(), [](const MadeOutRecord& out) { return out.root.has_value(); });
}

/// True when the store still has every out that the entry names.
bool is_whole(const store::Store& store, const CacheEntry& entry) {
  return std::all_of(entry.outs.begin(), entry.outs.end(), [&](const MadeOutRecord& out) {
    const auto root = out.root ? store.find_root(*out.root) : std::nullopt;
    return root && root->top.id == out.entry.id;
  });
}

}  // namespace

void Execution::launch(std::size_t index) {
  works_[index].is_active = true;
  ++active_;
  prepare(index);
  start_attempt(index);
}

void Execution::check_out(const std::vector<std::string>& data_sets) {
  workspace::CheckoutOptions options;
  options.paths = data_sets;
  options.extent = workspace::Extent::full;  // a stage reads what is there as the whole
  options.run_lock = workspace::RunLock::held;
  const auto result =
      workspace::checkout_data(context_.workspace, options, context_.progress, context_.cancel);
  for (const auto& file : result.ignore_files) {
    accept_write(file);
  }
}

void Execution::prepare(std::size_t index) {
  auto& work = works_[index];
  const auto& instance = instance_at(index);
  if (!work.plan.inputs.checkouts.empty()) {
    check_out(work.plan.inputs.checkouts);
  }
  const auto disk = instance.stage->resources.disk_bytes;
  if (const auto free = os::free_disk_bytes(context_.workspace.top()); free < disk) {
    throw Error(
        ErrorKind::io,
        fmt::format("it needs {} of disk, and {} are free", format_bytes(disk), format_bytes(free)),
        "make room (mlops runs gc, mlops data gc), or ask for less in resources.disk");
  }
  const auto workdir = os::lstat_file(context_.workspace.top() / instance.workdir);
  if (!workdir || workdir->kind != os::FileKind::directory) {
    throw Error(ErrorKind::config,
                fmt::format("its workdir {} {}",
                            quote(instance.workdir),
                            workdir ? "is no directory" : "does not exist"));
  }
  if (!watch_ && context_.options.isolation == Isolation::none) {
    watch_.emplace(context_.workspace, context_.graph, context_.cancel);
  }
  has_started_ = true;
  work.log = std::make_shared<StageLog>(record_.directory() / "logs", instance.id);
  if (observer_.pulse_interval().count() > 0) {
    work.gauge = std::make_shared<StageGauge>();
  }
  work.result.log_file = work.log->path().string();
  os::write_file_atomic(record_.directory() / "params" / (file_name_of(instance.id) + ".json"),
                        params_json(instance),
                        os::Durability::relaxed);
  record_.append(
      "start", {{"instance", instance.id}, {"key", work.plan.key.hex()}}, intent_of(index));
  put_aside(index);
  observer_.on_start(instance, work.plan.reason);
}

/// An intent has to be on disk before what could outlive this machine's power: outs that leave
/// their place, and what an engine does, which may be another machine's. A process does not, and
/// what a run wrote before it was killed is there.
os::Durability Execution::intent_of(std::size_t index) {
  const auto& instance = instance_at(index);
  const bool moves = std::any_of(instance.outs.begin(), instance.outs.end(), [&](const Out& out) {
    return !out.persist && context_.workspace.tree().lstat(out.path);
  });
  const bool is_elsewhere =
      planner_.environment_of(instance).tree_access() != StageEnvironment::TreeAccess::in_place;
  return moves || is_elsewhere ? os::Durability::durable : os::Durability::relaxed;
}

void Execution::put_aside(std::size_t index) {
  auto& work = works_[index];
  const auto& instance = instance_at(index);
  try {
    work.aside.emplace(context_.workspace, instance);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io) {
      std::vector<std::string> directories;
      for (const auto& out : instance.outs) {
        const auto parent = std::filesystem::path(out.path).parent_path();
        directories.push_back(shell_quote(parent.empty() ? "." : parent.string()));
      }
      work.result.hint =
          "see that you may write where its outs lie, and that the disk has room: "
          "ls -ld " +
          join(directories, " ");
    }
    throw;
  }
}

void Execution::complete(std::size_t index) {
  auto& work = works_[index];
  const auto& instance = instance_at(index);
  if (watch_) {
    auto writes = watch_->look();
    auto& undeclared = work.result.undeclared_writes;
    undeclared.insert(undeclared.end(), writes.seen.begin(), writes.seen.end());
    work.result.ignored_writes = std::move(writes.ignored);
  }
  auto stored = store_outs(context_.workspace, instance, context_.progress, context_.cancel);
  if (stored.problem.empty()) {
    stored.problem = objection_to(index, stored.outs);
  }
  if (!stored.problem.empty()) {
    fail(index, FailureClass::user, stored.problem);
    return;
  }
  const bool is_current = planner_.inputs().is_unchanged(instance, work.plan.inputs.entries);
  work.made = stored.outs;
  if (is_current) {
    CacheEntry entry;
    entry.parts = work.plan.parts;
    entry.environment = work.plan.environment.identity;
    entry.grade = work.plan.environment.grade;
    entry.run_id = context_.options.run_id;
    entry.outs = std::move(stored.outs);
    keep_result(index, entry);
  } else {
    work.result.warnings.emplace_back(
        "an input changed while the stage ran: the result is kept, but not cached or locked");
  }
  ignore(index);
  if (work.aside) {
    work.aside->discard();
    work.aside.reset();
  }
  if (passes_checks(index)) {
    end(index, InstanceState::ran, work.plan.reason);
  }
}

/// The entry last: what it names is in the store by then.
void Execution::keep_result(std::size_t index, const CacheEntry& entry) {
  auto& work = works_[index];
  const auto& instance = instance_at(index);
  auto& store = context_.workspace.store();
  const bool may_lack = lacks_files();
  if (may_lack) {
    work.result.warnings.push_back(
        fmt::format("its result is not cached: it may have read {}, which the experiment lacks",
                    quote(context_.options.left_out.front())));
  }
  if (is_cacheable(*instance.stage) && !may_lack) {
    const auto text = store.find_result(work.plan.key);
    const auto first = text ? decode_cache_entry(*text, instance) : std::nullopt;
    const bool is_second = first && first->parts == entry.parts;
    const bool is_first_kept = is_second && !work.plan.is_entry_lost && is_whole(store, *first);
    if (is_second && !is_same_content(first->outs, entry.outs)) {
      work.result.warnings.push_back(
          fmt::format("not reproducible: the same inputs gave {} before, and {} now; {}",
                      outs_text(first->outs),
                      outs_text(entry.outs),
                      is_first_kept ? "the cache keeps the first"
                                    : "the first is gone, the cache has this one"));
    }
    if (!is_first_kept) {
      store.put_result(work.plan.key, encode_cache_entry(entry));
    }
  }
  record_in_lock(index, entry);
  // A power cut may take the cache's entry: by the lock, what it made has a name that stays.
  if (has_roots(entry.outs)) {
    save_lock();
  }
  planner_.memory().remember(instance, work.plan.parts);
}

/// Whether a stage may have missed, without anybody's knowing, what it finds in place.
bool Execution::lacks_files() const {
  return context_.options.isolation == Isolation::none && !context_.options.left_out.empty();
}

void Execution::record_in_lock(std::size_t index, const CacheEntry& entry) {
  if (context_.options.lock == LockPolicy::update) {
    works_[index].is_locked = true;
    lock_.record(instance_at(index),
                 works_[index].plan.inputs.entries,
                 entry,
                 context_.progress,
                 context_.cancel);
  }
}

/// Why the result of a stage that ended well may not be kept; empty when it may.
std::string Execution::objection_to(std::size_t index, const std::vector<MadeOutRecord>& outs) {
  const auto& work = works_[index];
  if (context_.options.strictness == Strictness::strict && !work.result.undeclared_writes.empty()) {
    return fmt::format("wrote {}, which no out declares",
                       quote(work.result.undeclared_writes.front()));
  }
  if (context_.options.lock == LockPolicy::frozen) {
    const auto lock = read_lock(context_.workspace, context_.pipeline.file);
    auto difference = frozen_difference(context_, lock, instance_at(index), work.plan);
    return difference.empty() ? frozen_out_difference(context_, lock, instance_at(index), outs)
                              : difference;
  }
  return "";
}

void Execution::ignore(std::size_t index) {
  for (const auto& file : ignore_outs(context_.workspace, instance_at(index))) {
    accept_write(file);
  }
}

void Execution::save_lock() {
  if (lock_.save()) {
    accept_write(lock_.file());
  }
}

void Execution::accept_write(const std::string& path) {
  if (watch_) {
    watch_->accept(path);
  }
}

void Execution::fail_with(std::size_t index, const Error& error) {
  if (works_[index].state == State::done) {
    throw;
  }
  if (works_[index].result.hint.empty()) {
    works_[index].result.hint = error.hint();
  }
  fail(index, class_of(error.kind()), error.message());
}

void Execution::fail(std::size_t index, FailureClass failure, const std::string& reason) {
  auto& work = works_[index];

  if (work.aside) {
    try {
      work.aside->put_back();
    } catch (const Error& error) {
      work.result.warnings.push_back(
          fmt::format("its former outs could not be put back: {}", error.message()));
    }
  }
  work.made.clear();
  work.result.log_end = work.log_end.take();
  end_failed(index, failure, reason);
}

/// Of a stage whose outs, if it has any, are as they shall stay.
void Execution::end_failed(std::size_t index, FailureClass failure, const std::string& reason) {
  auto& work = works_[index];
  work.result.failure = failure;
  work.result.failure_allowed = instance_at(index).stage->allow_failure;
  if (!context_.options.keep_going && !work.result.failure_allowed && stop_reason_.empty()) {
    stop_reason_ = fmt::format("the run stopped when {} failed", quote(work.result.id));
  }
  end(index,
      failure == FailureClass::interrupted ? InstanceState::cancelled : InstanceState::failed,
      reason);
}

/// What no lock names, as of an experiment, the record alone does.
os::Durability Execution::end_of(std::size_t index) const {
  const auto& work = works_[index];
  return work.log && !work.is_locked && has_roots(work.made) ? os::Durability::durable
                                                             : os::Durability::relaxed;
}

void Execution::end(std::size_t index, InstanceState state, const std::string& reason) {
  auto& work = works_[index];
  work.state = State::done;
  work.aside.reset();
  work.view.reset();
  work.secret_files.reset();
  work.key_lock.reset();
  give_back_slots(index);
  active_ -= std::exchange(work.is_active, false) ? 1U : 0U;
  work.result.state = state;
  work.result.reason = reason;
  const auto& result = work.result;
  auto outs = nlohmann::json::array();
  for (const auto& out : work.made) {
    outs.push_back(
        {{"path", out.path},
         {"root", out.root ? nlohmann::json(store::format_root(*out.root)) : nlohmann::json()}});
  }
  nlohmann::json line{{"instance", result.id},
                      {"state", to_string(result.state)},
                      {"failure", to_string(result.failure)},
                      {"reason", result.reason},
                      {"exit_code", result.exit_code},
                      {"signal", result.signal_number},
                      {"elapsed_ms", result.elapsed.count()},
                      {"peak_rss_bytes", result.peak_rss_bytes},
                      {"attempts", work.attempts},
                      {"grade", result.grade},
                      {"environment", work.plan.environment.identity},
                      {"key", work.plan.key.is_zero() ? "" : work.plan.key.hex()},
                      {"outs", outs},
                      {"warnings", result.warnings}};
  if (!result.checks.empty()) {
    line["checks"] = describe_checks(result.checks);
  }
  record_.append("end", line, end_of(index));
  observer_.on_end(result);
}

}  // namespace mlops::pipeline
