#include "pipeline/run.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "os/lock.h"
#include "os/process.h"
#include "pipeline/differing_data.h"
#include "pipeline/execution.h"
#include "pipeline/missing_deps.h"
#include "workspace/data.h"
#include "workspace/run_lock.h"

namespace mlops::pipeline {

namespace {

void refuse_unsupported(const Pipeline& pipeline,
                        const Graph& graph,
                        const std::vector<std::size_t>& selected) {
  for (const auto index : selected) {
    const auto needed = pipeline.unsupported_by(*graph.instances[index].stage);
    if (!needed.empty()) {
      throw Error(ErrorKind::config,
                  to_string(needed.front()),
                  "mlops pipeline validate lists all such keys");
    }
  }
}

/// Hooks and schedules stand around a run: it gives the same results without them.
void warn_of_unsupported(const Pipeline& pipeline, Progress& progress) {
  for (const auto& around : pipeline.unsupported) {
    progress.warn(to_string(around));
  }
}

/// A stage that can never start is found before anything runs.
void check_slots(const RunContext& context, const std::vector<std::size_t>& selected) {
  for (const auto index : selected) {
    const auto& stage = *context.graph.instances[index].stage;
    Slots(context.pipeline.pools.at(stage.pool), context.options.jobs).check(stage);
  }
}

/// What can be told before anything runs. Plans what has only hits upstream; the rest stays open.
class Preview {
 public:
  Preview(const RunContext& context, Planner& planner)
      : context_(context),
        planner_(planner),
        plans_(context.graph.instances.size()),
        skipped_(plans_.size()) {}

  std::vector<Plan> plan(const std::vector<std::size_t>& selected) {
    for (const auto index : selected) {
      context_.cancel.check();
      const auto& instance = context_.graph.instances[index];
      skipped_[index] = !instance.enabled || std::any_of(instance.inputs.begin(),
                                                         instance.inputs.end(),
                                                         [&](auto up) { return skipped_[up]; });
      if (!skipped_[index]) {
        plan_one(index);
      }
    }
    return std::move(plans_);
  }

  bool is_skipped(std::size_t index) const { return skipped_[index]; }

 private:
  void plan_one(std::size_t index) {
    const auto& instance = context_.graph.instances[index];
    auto& plan = plans_[index];
    // Whoever looks wants to know what depends on what; a run also heeds what an earlier stage may
    // have written besides its outs.
    const bool is_look = context_.options.mode == RunMode::dry_run;
    for (const auto up : is_look ? instance.inputs : instance.upstream) {
      if (!skipped_[up] && plans_[up].step != Plan::Step::hit) {
        plan.reason = fmt::format("after {}", quote(context_.graph.instances[up].id));
        check_deps_exist(instance);
        return;
      }
    }
    plan = planner_.plan(instance, made_for(instance));
    if (plan.step == Plan::Step::missing_deps) {
      fail_missing({&instance, plan.inputs.missing.front()});
    }
  }

  /// Of an instance that cannot be planned yet.
  void check_deps_exist(const Instance& instance) {
    const auto missing =
        find_missing_deps(context_.workspace, context_.graph, instance, data_sets());
    if (!missing.empty()) {
      fail_missing(missing.front());
    }
  }

  const std::vector<std::string>& data_sets() {
    if (!data_sets_) {
      data_sets_ = workspace::list_data_sets(context_.workspace);
    }
    return *data_sets_;
  }

  MadeOuts made_for(const Instance& instance) const {
    MadeOuts made;
    for (const auto up : instance.inputs) {
      add_made_outs(plans_[up], made);
    }
    return made;
  }

  const RunContext& context_;
  Planner& planner_;
  std::vector<Plan> plans_;
  std::vector<bool> skipped_;
  std::optional<std::vector<std::string>> data_sets_;
};

/// Nothing of the user may be lost, and he hears of it before anything runs. Outs that are not
/// cached are in no store: whether an earlier run made them, the memory of keys tells.
void check_outs(const RunContext& context,
                Planner& planner,
                const std::vector<Plan>& plans,
                const Preview& preview,
                const std::vector<std::size_t>& selected) {
  for (const auto index : selected) {
    auto instance = context.graph.instances[index];
    if (preview.is_skipped(index)) {
      continue;
    }
    const auto memory = planner.memory().find(instance);
    std::erase_if(instance.outs, [&](const Out& out) {
      return !out.cache && memory && memory->contains("out " + out.path);
    });
    check_outs_free(
        context.workspace,
        instance,
        plans[index].step == Plan::Step::hit ? UnknownFiles::allow : UnknownFiles::refuse,
        context.progress,
        context.cancel);
  }
}

std::vector<InstanceResult> describe(const RunContext& context,
                                     const std::vector<Plan>& plans,
                                     const Preview& preview,
                                     const std::vector<std::size_t>& selected) {
  std::vector<InstanceResult> results;
  for (const auto index : selected) {
    const auto& plan = plans[index];
    InstanceResult result;
    result.id = context.graph.instances[index].id;
    result.state = preview.is_skipped(index)      ? InstanceState::skipped
                   : plan.step != Plan::Step::hit ? InstanceState::would_run
                   : plan.outs_to_restore.empty() ? InstanceState::hit
                                                  : InstanceState::would_restore;
    result.reason = plan.reason;
    result.differences = plan.differences;
    result.grade = plan.cached ? plan.cached->grade : plan.environment.grade;
    result.warnings = plan.inputs.warnings;
    results.push_back(std::move(result));
  }
  return results;
}

nlohmann::json describe_run(const RunContext& context, const std::vector<std::size_t>& selected) {
  auto instances = nlohmann::json::array();
  auto data_edges = nlohmann::json::array();
  auto order_edges = nlohmann::json::array();
  std::map<std::size_t, std::size_t> places;
  for (const auto index : selected) {
    const auto& instance = context.graph.instances[index];
    instances.push_back(instance.id);
    for (const auto up : instance.upstream) {
      if (const auto place = places.find(up); place != places.end()) {
        (instance.is_input(up) ? data_edges : order_edges)
            .push_back({place->second, places.size()});
      }
    }
    places.emplace(index, places.size());
  }
  const auto& repository = context.workspace.repository();
  const auto head = repository.traits().has_commits ? repository.find_commit("HEAD") : std::nullopt;
  return {{"version", 1},
          {"id", context.options.run_id},
          {"pipeline", context.pipeline.file},
          {"work_tree", context.workspace.top().string()},
          {"commit", head ? nlohmann::json(*head) : nlohmann::json()},
          {"dirty", !repository.list_changed().empty()},
          {"pid", os::process_id()},
          {"set", context.options.assignments},
          {"instances", instances},
          {"data_edges", data_edges},
          {"order_edges", order_edges}};
}

RunResult execute(const RunContext& context,
                  Planner& planner,
                  std::vector<Plan> plans,
                  const std::vector<std::size_t>& selected,
                  RunObserver& observer) {
  RunRecord record(context.workspace.state_directory() / "runs", context.options.run_id);
  record.append("run", describe_run(context, selected), os::Durability::relaxed);
  observer.on_run(context.options.run_id, selected.size());
  ProcessRunner runner;
  RunResult result;
  result.run_id = context.options.run_id;
  {
    Execution execution(context, planner, std::move(plans), runner, record, observer);
    result.instances = execution.run(selected);
  }
  context.workspace.save_stat_cache(context.progress);
  record.append("finish",
                {{"worst", to_string(result.worst())}, {"signal", context.cancel.signal_number()}},
                os::Durability::durable);
  return result;
}

}  // namespace

std::string_view to_string(InstanceState state) {
  switch (state) {
    case InstanceState::hit:
      return "cached";
    case InstanceState::restored:
      return "restored";
    case InstanceState::ran:
      return "ran";
    case InstanceState::failed:
      return "failed";
    case InstanceState::skipped:
      return "skipped";
    case InstanceState::not_started:
      return "not started";
    case InstanceState::would_run:
      return "would run";
    case InstanceState::would_restore:
      return "would restore";
    case InstanceState::cancelled:
      return "cancelled";
  }
  return "not started";
}

std::string_view to_string(FailureClass failure) {
  switch (failure) {
    case FailureClass::none:
      return "none";
    case FailureClass::user:
      return "user";
    case FailureClass::oom:
      return "oom";
    case FailureClass::infra:
      return "infra";
    case FailureClass::timeout:
      return "timeout";
    case FailureClass::interrupted:
      return "interrupted";
    case FailureClass::checks:
      return "checks";
  }
  return "none";
}

FailureClass RunResult::worst() const {
  constexpr FailureClass kOrder[] = {FailureClass::interrupted,
                                     FailureClass::infra,
                                     FailureClass::timeout,
                                     FailureClass::oom,
                                     FailureClass::user,
                                     FailureClass::checks};
  for (const auto failure : kOrder) {
    const auto has = [&](const InstanceResult& one) {
      return one.failure == failure &&
             (!one.failure_allowed || failure == FailureClass::interrupted);
    };
    if (std::any_of(instances.begin(), instances.end(), has)) {
      return failure;
    }
  }
  return FailureClass::none;
}

std::string lock_file_of(std::string_view pipeline_file) {
  constexpr std::string_view kEnding = ".toml";
  if (pipeline_file.ends_with(kEnding)) {
    pipeline_file.remove_suffix(kEnding.size());
  }
  return std::string(pipeline_file) + ".lock";
}

RunResult run_pipeline(workspace::Workspace& workspace,
                       const Pipeline& pipeline,
                       const config::Params& params,
                       const RunOptions& options,
                       RunObserver& observer,
                       Progress& progress,
                       const CancelToken& cancel) {
  if (!options.assignments.empty()) {
    throw Error(ErrorKind::usage,
                "experiments with --set are not supported by this build yet",
                "change the parameter in its file");
  }
  auto settled = options;
  if (settled.run_id.empty()) {
    settled.run_id = make_run_id();
  }
  const auto graph = build_graph(pipeline, params);
  const RunContext context{workspace, pipeline, graph, settled, progress, cancel};
  const auto selected = graph.select(options.selection);
  refuse_unsupported(pipeline, graph, selected);
  check_slots(context, selected);
  std::optional<os::FileLock> lock;
  std::optional<os::FileLock> store_hold;
  if (options.mode == RunMode::run) {
    warn_of_unsupported(pipeline, progress);
    const os::Waiter waiter{progress, cancel};
    lock = workspace::lock_for_run(workspace, options.wait, waiter);
    // What is found in the cache must stay until the lock and the record name it.
    store_hold = workspace.store().hold(options.wait == os::LockWait::yes ? &waiter : nullptr);
    for (const auto& message : recover_outs(workspace)) {
      progress.warn(message);
    }
    warn_of_differing_data(context, selected);
  }
  Planner planner(context);
  Preview preview(context, planner);
  auto plans = preview.plan(selected);
  check_outs(context, planner, plans, preview, selected);
  if (options.mode == RunMode::dry_run) {
    RunResult result;
    result.instances = describe(context, plans, preview, selected);
    for (const auto& one : result.instances) {
      observer.on_end(one);
    }
    return result;
  }
  return execute(context, planner, std::move(plans), selected, observer);
}

}  // namespace mlops::pipeline
