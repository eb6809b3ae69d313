#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "os/pool.h"
#include "pipeline/attempt.h"
#include "pipeline/events.h"
#include "pipeline/gates.h"
#include "pipeline/isolated_view.h"
#include "pipeline/lock_update.h"
#include "pipeline/machine_slots.h"
#include "pipeline/outputs.h"
#include "pipeline/pace.h"
#include "pipeline/plan.h"
#include "pipeline/pulse.h"
#include "pipeline/retry_budget.h"
#include "pipeline/run_record.h"
#include "pipeline/secrets.h"
#include "pipeline/slots.h"
#include "pipeline/undeclared.h"
#include "pipeline/verdict_memory.h"

namespace mlops::pipeline {

/// Works a planned run off: the main thread plans, restores, stores and writes the lock; each
/// running stage has a thread that waits for it. What a stage or the machine does wrong becomes a
/// result.
class Execution {
 public:
  /// `plans` has one element for each instance of the graph; those of chosen ones are used. `gates`
  /// outlives this.
  Execution(const RunContext& context,
            Planner& planner,
            std::vector<Plan> plans,
            const Gates& gates,
            RunRecord& record,
            RunObserver& observer);
  /// Stops what still runs and writes what the lock is owed (only when an exception passes).
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// `selected`: the chosen ones and those that are judged, in graph order.
  std::vector<InstanceResult> run(const std::vector<std::size_t>& selected);

 private:
  enum class State { waiting, running, backing_off, done };
  struct Work {
    State state = State::waiting;
    Plan plan;
    InstanceResult result;
    std::vector<MadeOutRecord> made;
    std::optional<OutsAside> aside;
    std::shared_ptr<StageLog> log;
    std::shared_ptr<StageGauge> gauge;
    LogEnd log_end;
    std::uint32_t attempts = 0;
    RetryBudget budget;
    Needs needs;                 ///< while it has slots
    std::optional<Claim> claim;  ///< the same, of the machine
    std::unique_ptr<IsolatedView> view;
    std::unique_ptr<SecretFiles> secret_files;
    std::shared_ptr<os::FileLock> key_lock;  ///< maybe of several of this run
    bool has_looked_again = false;           ///< into the cache, with the lock of the key
    std::chrono::nanoseconds retry_at{0};
    bool is_active = false;  ///< counted in active_
    bool has_slots = false;
    bool is_locked = false;  ///< the lock has or gets what it made
  };

  // execution.cc: what comes next
  void obey();
  void settle(const std::vector<std::size_t>& selected);
  bool waits_for_slots(std::size_t index) const;
  bool is_upstream_done(std::size_t index) const;
  void decide(std::size_t index);
  void resume(std::size_t index);
  bool stops(std::size_t index);
  bool is_cut_off(std::size_t index, std::size_t up, bool is_input);
  bool give_up(std::size_t index);
  void replan(std::size_t index);
  MadeOuts made_for(const Instance& instance) const;
  void launch_alone(std::size_t index);
  void use_cached(std::size_t index);
  void miss(std::size_t index);
  void handle(RunEvent event);
  void pulse();

  // execution_attempt.cc: what an attempt takes and gets, and what follows from its end
  bool take_slots(std::size_t index);
  bool claim_machine(std::size_t index, const Needs& needs);
  std::optional<Claim> claim_alone(const Needs& needs, const MachineLimits& limits) const;
  void give_back_slots(std::size_t index);
  void wait_for_others(const std::string& why);
  bool lock_key(std::size_t index);
  bool is_made_here(const store::ObjectId& key) const;
  bool has_come(std::size_t index);
  void start_attempt(std::size_t index);
  void isolate(std::size_t index, Attempt& attempt, StageEnvironment::TreeAccess access);
  std::string end_view(std::size_t index, const AttemptResult& attempt);
  std::vector<std::string> wanted_by(std::size_t index) const;
  void give_gpus(std::size_t index, Attempt& attempt) const;
  std::vector<std::string> give_secrets(std::size_t index,
                                        Attempt& attempt,
                                        StageEnvironment::TreeAccess access);
  void end_attempt(std::size_t index, const AttemptResult& attempt);
  bool try_again(std::size_t index, const AttemptResult& attempt);

  // execution_stage.cc: one stage from start to end
  void launch(std::size_t index);
  void prepare(std::size_t index);
  void check_out(const std::vector<std::string>& data_sets);
  void put_aside(std::size_t index);
  void complete(std::size_t index);
  std::string objection_to(std::size_t index, const std::vector<MadeOutRecord>& outs);
  void keep_result(std::size_t index, const CacheEntry& entry);
  bool lacks_files() const;
  void record_in_lock(std::size_t index, const CacheEntry& entry);
  void save_lock();
  void save_lock_at_last() noexcept;
  void catch_up();
  os::Durability intent_of(std::size_t index);
  os::Durability end_of(std::size_t index) const;
  void ignore(std::size_t index);
  void accept_write(const std::string& path);
  void fail(std::size_t index, FailureClass failure, const std::string& reason);
  void end_failed(std::size_t index, FailureClass failure, const std::string& reason);
  /// Called while the error is handled: passes it on when the instance is done already.
  void fail_with(std::size_t index, const Error& error);
  void end(std::size_t index, InstanceState state, const std::string& reason);

  // execution_checks.cc: what checks say of outs
  bool passes_checks(std::size_t index);
  void judge(std::size_t index);
  void judge_given(std::size_t index);
  const std::vector<std::size_t>& gates_before(std::size_t index) const;

  const Instance& instance_at(std::size_t index) const { return context_.graph.instances[index]; }

  const RunContext& context_;
  Planner& planner_;
  const Gates& gates_;
  VerdictMemory verdicts_;
  RunRecord& record_;
  RunObserver& observer_;
  LockUpdater lock_;
  std::optional<WriteWatch> watch_;  ///< from the first stage that runs
  std::map<std::string, Slots> slots_;
  std::unique_ptr<MachineSlots> machine_;  ///< null: the user was told why
  bool waits_for_others_ = false;          ///< something could start but for other runs
  std::set<std::string> told_;
  std::map<std::string, std::weak_ptr<os::FileLock>> key_locks_;  ///< by the name of the file
  std::vector<Work> works_;
  UsageMeter meter_;
  std::chrono::nanoseconds next_pulse_{0};
  std::size_t active_ = 0;    ///< running or backing off
  bool has_started_ = false;  ///< a stage
  int requests_obeyed_ = 0;
  std::optional<std::chrono::nanoseconds> deadline_;
  bool is_overdue_ = false;
  Pace pace_;                ///< of lock and record
  std::string stop_reason_;  ///< not empty: nothing new is started
  CancelToken stop_;         ///< what running stages obey
  EventQueue queue_;
  os::ThreadPool watchers_;  ///< last: its threads use all of the above
};

}  // namespace mlops::pipeline
