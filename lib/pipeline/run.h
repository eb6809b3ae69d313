#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "os/lock.h"
#include "pipeline/graph.h"
#include "policy/stage_gate.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// A look is a dry run that does not end at the first refusal.
enum class RunMode { run, dry_run, look };
enum class UseCache { yes, no };
/// What becomes of a stage that no cached result answers.
enum class OnMiss { run, fail };
/// Frozen: nothing runs unless the lock describes what would run. Only `update` writes it.
enum class LockPolicy { update, frozen, leave };
enum class Strictness { usual, strict };
/// Whether a stage sees of the work tree only what it declares, and how: see isolated_view.h.
enum class Isolation { none, automatic, namespaces, copies };

struct RunOptions {
  Choice selection;
  RunMode mode = RunMode::run;
  UseCache use_cache = UseCache::yes;
  std::vector<std::string> no_cache;  ///< with UseCache::no: only these; empty: all
  OnMiss on_miss = OnMiss::run;
  LockPolicy lock = LockPolicy::update;
  /// Strict: weak environments are Error{config}, undeclared writes a failure of the stage.
  Strictness strictness = Strictness::usual;
  Isolation isolation = Isolation::none;
  std::optional<std::chrono::milliseconds> timeout;  ///< of the whole run
  std::uint32_t jobs = 0;                            ///< 0: all processors
  bool keep_going = false;
  os::LockWait wait = os::LockWait::no;  ///< for another run in this work tree
  std::map<std::string, std::string>
      environment;     ///< of the user: PATH HOME TMPDIR TZ and what stages pass
  std::string run_id;  ///< empty: made here
  /// Of an experiment: the work tree that its own is a copy of. Packages are used where they are in
  /// that one, and keys are explained by its last ones, which stay the last.
  std::filesystem::path origin;
  /// Of an experiment: directories of the origin that its tree has links to.
  std::vector<std::filesystem::path> used_in_place;
  /// Of an experiment: what its tree lacks. The result of a stage that could have read it is not
  /// cached: in place, the same key stands for another.
  std::vector<std::string> left_out;
  /// By instance: the key that its result has to have, or it counts as not cached.
  std::map<std::string, std::string> expected_keys;
  std::vector<std::string> assignments;   ///< of --set, as the record tells them
  std::vector<std::string> params_files;  ///< of --params, likewise
  /// Judges outs of stages that name checks, which are Error{config} without it. Outlives the run.
  policy::StageGate* gate = nullptr;
  /// Called when all that can be told before anything runs is told, and nothing is written yet.
  std::function<void()> on_planned;
};

enum class InstanceState {
  hit,
  restored,
  ran,
  failed,
  skipped,
  not_started,
  would_run,      ///< a dry run's
  would_restore,  ///< a dry run's: a hit whose outs are not in the work tree as they should be
  cancelled,
  judged,       ///< not chosen: its checks let what is built on its outs begin
  would_judge,  ///< a dry run's; a look's: up to date, and its checks have not judged its outs
};
std::string_view to_string(InstanceState state);
/// Why something failed; the exit code follows from it.
/// Infra_config: the engine or its settings want what is not there; trying again changes nothing.
enum class FailureClass {
  none,
  user,
  oom,
  infra,
  infra_config,
  timeout,
  interrupted,
  checks,    ///< it ran, and a check of its outs said no
  evidence,  ///< … or could not say
  uncached,
};
std::string_view to_string(FailureClass failure);
/// By the name that records have; a later build may know more.
std::optional<FailureClass> find_failure(std::string_view name);

/// One part of a cache key that differs from the last run's. Empty: it was not there, or is not.
struct KeyDifference {
  std::string part;       ///< "param train.features", "dep prepare.py", "command" …
  std::string old_value;  ///< for people: "2", "python train.py", "content 3fa4b2c1d0e9 (12 B)"
  std::string new_value;
};

struct InstanceResult {
  std::string id;
  InstanceState state = InstanceState::not_started;
  FailureClass failure = FailureClass::none;
  std::string reason;  ///< why it ran, or why not
  std::vector<KeyDifference> differences;
  int exit_code = -1;
  int signal_number = 0;
  std::string grade;  ///< strong | pinned | observed | weak
  std::chrono::milliseconds elapsed{0};
  std::uint64_t peak_rss_bytes = 0;
  std::string log_file;              ///< absolute
  std::vector<std::string> log_end;  ///< last lines of a failed one
  bool failure_allowed = false;      ///< `allow_failure`: the run's outcome is not its failure's
  std::vector<std::string> undeclared_writes;
  std::vector<std::string> ignored_writes;  ///< likewise, of what git ignores: no objection
  std::vector<policy::GateVerdict> checks;  ///< of its outs
  std::vector<std::string> warnings;
  std::string hint;  ///< what to do about a failure, where more is known than its log says
};

/// What keeps an instance from running, found before anything runs.
struct Refusal {
  std::string instance;
  Error error;
};

struct RunResult {
  std::string run_id;
  std::vector<InstanceResult> instances;  ///< graph order, selected ones only
  bool experiment = false;
  std::vector<Refusal> refusals;  ///< of a look, in graph order; these are not among the instances
  /// Interrupted before infra and timeout before user and oom before checks before evidence
  /// before uncached;
  /// allowed failures and what did not start because of another do not count.
  FailureClass worst() const;
};

/// What the processes of an instance use; nothing where the machine does not tell (yet).
struct Usage {
  std::optional<double> processors;  ///< 1.5: one and a half, over the last second or so
  std::optional<std::uint64_t> memory_bytes;
};

/// An instance that has started and not ended, as it is at the moment.
struct RunningInstance {
  std::string id;
  enum class Phase { running, backing_off } phase = Phase::running;
  std::uint32_t attempt = 1;
  Usage usage;
  std::string line;  ///< that it has begun and not ended, such as a progress bar; raw bytes
};

/// What happens while it happens; called on one thread at a time, in an order that makes sense.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void on_run(const std::string& run_id, std::size_t instances) = 0;
  virtual void on_start(const Instance& instance, const std::string& reason) = 0;
  /// One line of output, without its '\n', raw bytes.
  virtual void on_output(const Instance& instance, std::string_view line) = 0;
  virtual void on_end(const InstanceResult& result) = 0;
  /// How often on_pulse is called while instances run; 0, and nobody looks at processes: never.
  virtual std::chrono::milliseconds pulse_interval() const { return {}; }
  virtual void on_pulse(const std::vector<RunningInstance>& /*running*/) {}
};

/// Runs the instances of a pipeline that are not up to date, in order and in parallel; updates the
/// lock per finished instance and the run record (fsync'd jsonl). Only configuration errors are
/// thrown; a failing stage is a result.
RunResult run_pipeline(workspace::Workspace& workspace,
                       const Pipeline& pipeline,
                       const config::Params& params,
                       const RunOptions& options,
                       RunObserver& observer,
                       const os::Waiter& waiter);

/// "pipeline.lock" for "pipeline.toml".
std::string lock_file_of(std::string_view pipeline_file);

}  // namespace mlops::pipeline
