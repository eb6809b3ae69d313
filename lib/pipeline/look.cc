#include "pipeline/look.h"

#include <map>

#include "base/error.h"
#include "pipeline/frozen.h"
#include "pipeline/lock_read.h"
#include "pipeline/preflight.h"
#include "pipeline/preview.h"

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
  for (const auto& one : result.instances) {
    observer.on_end(one);
  }
  return result;
}

}  // namespace mlops::pipeline
