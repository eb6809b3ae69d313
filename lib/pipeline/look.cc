#include "pipeline/look.h"

#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/frozen.h"
#include "pipeline/judgement.h"
#include "pipeline/lock_read.h"
#include "pipeline/preflight.h"
#include "pipeline/preview.h"
#include "pipeline/verdict_memory.h"

namespace mlops::pipeline {

namespace {

/// What a run says before anything runs; the rest is trouble of the machine.
bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::config || kind == ErrorKind::conflict || kind == ErrorKind::corrupt;
}

/// Whatever runs writes the lock, and does not begin when that cannot be read.
std::optional<Error> find_lock_problem(const RunContext& context) {
  try {
    read_lock(context.workspace, context.pipeline.file);
    return std::nullopt;
  } catch (const Error& error) {
    if (!is_refusal(error.kind())) {
      throw;
    }
    return error;
  }
}

/// What the checks of an instance last said of the outs that it has.
void recall_checks(const VerdictMemory& memory,
                   const Instance& instance,
                   const Plan& plan,
                   InstanceResult& result) {
  if (instance.stage->checks.empty() || !plan.cached) {
    return;
  }
  const auto verdicts = memory.find(instance, plan.cached->outs);
  if (!verdicts) {
    if (result.state == InstanceState::hit) {
      result.state = InstanceState::would_judge;
      result.reason = "up to date; its checks have not judged these outs";
    }
    return;
  }
  result.checks = *verdicts;
  if (const auto objection = objection_of(*verdicts)) {
    result.state = InstanceState::failed;
    result.failure = objection->failure;
    result.failure_allowed = instance.stage->allow_failure;
    result.reason = objection->reason;
    result.hint = objection_hint(*verdicts);
  }
}

/// A run would not start what depends on one that a check stopped.
void stop_dependants(const RunContext& context,
                     const std::vector<std::size_t>& planned,
                     std::vector<InstanceResult>& results) {
  std::map<std::size_t, const InstanceResult*> stopped;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    auto& result = results[i];
    const auto& instance = context.graph.instances[planned[i]];
    const bool is_decided =
        result.state == InstanceState::failed || result.state == InstanceState::skipped;
    for (const auto up : is_decided ? std::vector<std::size_t>() : instance.upstream) {
      const auto found = stopped.find(up);
      if (found == stopped.end() || (found->second->failure_allowed && !instance.is_input(up))) {
        continue;
      }
      const auto& other = *found->second;
      result.reason = fmt::format("{} {}",
                                  quote(other.id),
                                  other.state == InstanceState::failed ? "failed" : "does not run");
      result.state = InstanceState::not_started;
      result.failure_allowed = other.failure_allowed;
      break;
    }
    if (result.state == InstanceState::failed || result.state == InstanceState::not_started) {
      stopped.emplace(planned[i], &result);
    }
  }
}

}  // namespace

RunResult look_at_all(const RunContext& context,
                      const std::vector<std::size_t>& selected,
                      RunObserver& observer) {
  RunResult result;
  std::map<std::size_t, Error> refused;
  const auto refuse = [&](std::size_t index, const Error& error) {
    if (!is_refusal(error.kind())) {
      throw error;
    }
    refused.emplace(index, error);
  };
  Planner planner(context);
  Preview preview(context, planner, find_given_outs(context, selected));
  const auto plans = preview.plan(selected, refuse);
  for (const auto index : selected) {
    try {
      refuse_unsupported(context, {index});
      if (context.options.gate != nullptr) {
        require_checks(context, {index});
      }
      check_slots(context, {index});
      check_outs(context, planner, plans, preview, {index});
      check_grades(context, planner, plans, preview, {index});
      check_frozen(context, plans, preview, {index});
    } catch (const Error& error) {
      refuse(index, error);
    }
  }
  std::vector<std::size_t> planned;
  for (const auto index : selected) {
    if (!refused.contains(index)) {
      planned.push_back(index);
    }
  }
  if (auto problem = find_lock_problem(context)) {
    result.refusals.push_back({"", *std::move(problem)});
  }
  for (const auto& [index, error] : refused) {
    result.refusals.push_back({context.graph.instances[index].id, error});
  }
  result.instances = preview.describe(plans, planned);
  const VerdictMemory memory(context);
  for (std::size_t i = 0; i < planned.size(); ++i) {
    recall_checks(
        memory, context.graph.instances[planned[i]], plans[planned[i]], result.instances[i]);
  }
  stop_dependants(context, planned, result.instances);
  for (const auto& one : result.instances) {
    observer.on_end(one);
  }
  return result;
}

}  // namespace mlops::pipeline
