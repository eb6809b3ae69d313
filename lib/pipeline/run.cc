#include "pipeline/run.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "os/lock.h"
#include "os/machine.h"
#include "os/sightings.h"
#include "pipeline/differing_data.h"
#include "pipeline/execution.h"
#include "pipeline/frozen.h"
#include "pipeline/gates.h"
#include "pipeline/given_outs.h"
#include "pipeline/hooks.h"
#include "pipeline/look.h"
#include "pipeline/preflight.h"
#include "pipeline/preview.h"
#include "workspace/run_lock.h"

namespace mlops::pipeline {

namespace {

/// Those before decide before those after.
constexpr std::array kFailures{FailureClass::interrupted,
                               FailureClass::infra,
                               FailureClass::infra_config,
                               FailureClass::timeout,
                               FailureClass::oom,
                               FailureClass::user,
                               FailureClass::checks,
                               FailureClass::evidence,
                               FailureClass::uncached};

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
  nlohmann::json record{{"version", 1},
                        {"id", context.options.run_id},
                        {"pipeline", context.pipeline.file},
                        {"work_tree", origin_of(context).string()},
                        {"commit", head ? nlohmann::json(*head) : nlohmann::json()},
                        {"dirty", !repository.list_changed().empty()},
                        {"pid", os::process_id()},
                        {"set", context.options.assignments},
                        {"instances", instances},
                        {"data_edges", data_edges},
                        {"order_edges", order_edges}};
  if (!context.options.params_files.empty()) {
    record["params"] = context.options.params_files;
  }
  return record;
}

RunResult execute(const RunContext& context,
                  Planner& planner,
                  std::vector<Plan> plans,
                  const std::vector<std::size_t>& selected,
                  const Gates& gates,
                  RunObserver& observer) {
  RunRecord record(context.workspace.state_directory() / "runs", context.options.run_id);
  record.append("run", describe_run(context, selected), os::Durability::relaxed);
  observer.on_run(context.options.run_id, selected.size());
  RunResult result;
  result.run_id = context.options.run_id;
  {
    Execution execution(context, planner, std::move(plans), gates, record, observer);
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
    case InstanceState::judged:
      return "judged";
    case InstanceState::would_judge:
      return "would judge";
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
    case FailureClass::infra_config:
      return "infra-config";
    case FailureClass::timeout:
      return "timeout";
    case FailureClass::interrupted:
      return "interrupted";
    case FailureClass::checks:
      return "checks";
    case FailureClass::evidence:
      return "evidence";
    case FailureClass::uncached:
      return "uncached";
  }
  return "none";
}

std::optional<FailureClass> find_failure(std::string_view name) {
  const auto* const found = std::find_if(
      kFailures.begin(), kFailures.end(), [&](auto one) { return to_string(one) == name; });
  if (found != kFailures.end()) {
    return *found;
  }
  return name == to_string(FailureClass::none) ? std::optional(FailureClass::none) : std::nullopt;
}

FailureClass RunResult::worst() const {
  for (const auto failure : kFailures) {
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
                       const os::Waiter& waiter) {
  auto& progress = waiter.progress;
  auto settled = options;
  if (settled.run_id.empty()) {
    settled.run_id = make_run_id();
  }
  const auto graph = build_graph(pipeline, params);
  const auto selected = graph.resolve(options.selection);
  graph.select(options.no_cache);
  const RunContext context{
      workspace, pipeline, graph, graph.flags(selected), settled, progress, waiter.cancel};
  if (options.mode == RunMode::look) {
    return look_at_all(context, selected, observer);
  }
  refuse_unsupported(context, selected);
  require_checks(context, selected);
  check_slots(context, selected);
  std::optional<os::FileLock> lock;
  std::optional<os::FileLock> store_hold;
  if (options.mode == RunMode::run) {
    warn_of_unsupported(pipeline, progress);
    lock = workspace::lock_for_run(workspace, options.wait, waiter);
    // What is found in the cache must stay until the lock and the record name it.
    store_hold = workspace.store().hold(options.wait == os::LockWait::yes ? &waiter : nullptr);
    for (const auto& message : recover_outs(workspace)) {
      progress.warn(message);
    }
    remove_left_views(workspace, progress);
    warn_of_differing_data(context, selected);
  }
  auto given = find_given_outs(context, selected);
  const auto gates = find_gates(context, selected, given);
  require_checks(context, gates.judged);
  for (const auto& message : gates.unjudged) {
    progress.warn(message);
  }
  if (options.mode == RunMode::run) {
    restore_given_outs(context, given);
  }
  Planner planner(context);
  Preview preview(context, planner, std::move(given));
  auto plans = preview.plan(selected);
  check_outs(context, planner, plans, preview, selected);
  check_grades(context, planner, plans, preview, selected);
  check_secrets(context, plans, preview, selected);
  check_frozen(context, plans, preview, selected);
  if (options.mode == RunMode::dry_run) {
    RunResult result;
    result.instances = describe_gates(context, gates);
    for (auto& one : preview.describe(plans, selected)) {
      result.instances.push_back(std::move(one));
    }
    for (const auto& one : result.instances) {
      observer.on_end(one);
    }
    return result;
  }
  if (options.on_planned) {
    // Whoever finds nothing to do writes it all the same when it says something else.
    workspace.tree().lstat(lock_file_of(pipeline.file));
    if (!pipeline.hooks.empty()) {
      os::sightings::lose("hooks run whatever was found");
    }
    options.on_planned();
  }
  auto result =
      execute(context, planner, std::move(plans), with_gates(selected, gates), gates, observer);
  // Whoever they tell may look at the run, or start another one.
  lock.reset();
  store_hold.reset();
  run_hooks(context, result);
  return result;
}

}  // namespace mlops::pipeline
