#include "pipeline/preview.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/missing_deps.h"
#include "pipeline/outputs.h"
#include "pipeline/path.h"
#include "workspace/data.h"

namespace mlops::pipeline {

Preview::Preview(const RunContext& context, Planner& planner, GivenOuts given)
    : context_(context),
      planner_(planner),
      given_(std::move(given)),
      plans_(context.graph.instances.size()),
      skipped_(plans_.size()),
      outs_aside_(list_outs_aside(context.workspace)) {}

std::vector<Plan> Preview::plan(const std::vector<std::size_t>& selected) {
  return plan(selected, [](std::size_t, const Error& error) { throw error; });
}

std::vector<Plan> Preview::plan(const std::vector<std::size_t>& selected, const OnError& on_error) {
  for (const auto index : selected) {
    context_.cancel.check();
    const auto& instance = context_.graph.instances[index];
    skipped_[index] = !instance.enabled || std::any_of(instance.inputs.begin(),
                                                       instance.inputs.end(),
                                                       [&](auto up) { return skipped_[up]; });
    try {
      if (!skipped_[index]) {
        plan_one(index);
      }
    } catch (const Error& error) {
      on_error(index, error);
    }
  }
  return std::move(plans_);
}

void Preview::plan_one(std::size_t index) {
  const auto& instance = context_.graph.instances[index];
  auto& plan = plans_[index];
  // Whoever looks wants to know what depends on what; a run also heeds what an earlier stage may
  // have written besides its outs.
  const bool is_look = context_.options.mode != RunMode::run;
  for (const auto up : is_look ? instance.inputs : instance.upstream) {
    if (context_.is_selected[up] && !skipped_[up] && plans_[up].step != Plan::Step::hit) {
      plan.reason = fmt::format("after {}", quote(context_.graph.instances[up].id));
      check_deps_exist(instance);
      return;
    }
  }
  plan = planner_.plan(instance, made_for(instance));
  if (plan.step == Plan::Step::missing_deps) {
    fail_absent(instance, plan.inputs.missing.front());
  }
}

/// Of an instance that cannot be planned yet.
void Preview::check_deps_exist(const Instance& instance) {
  const auto missing = find_missing_deps(context_.workspace, context_.graph, instance, data_sets());
  if (!missing.empty()) {
    fail_absent(instance, missing.front().path);
  }
}

void Preview::fail_absent(const Instance& instance, const std::string& dep) const {
  const MissingDep missing{&instance, dep};
  for (const auto up : instance.inputs) {
    const auto& maker = context_.graph.instances[up];
    const bool makes = std::any_of(maker.outs.begin(), maker.outs.end(), [&](const Out& out) {
      return is_same_or_inside(dep, out.path) || is_same_or_inside(out.path, dep);
    });
    if (makes && !context_.is_selected[up]) {
      throw Error(ErrorKind::config,
                  to_string(missing),
                  fmt::format("{}   (it makes it, and is not among what you chose)",
                              shell_join({"mlops", "run", maker.id})));
    }
  }
  fail_missing(missing);
}

const std::vector<std::string>& Preview::data_sets() {
  if (!data_sets_) {
    data_sets_ = workspace::list_data_sets(context_.workspace);
  }
  return *data_sets_;
}

MadeOuts Preview::made_for(const Instance& instance) const {
  MadeOuts made;
  for (const auto up : instance.inputs) {
    if (const auto found = given_.find(up); found != given_.end()) {
      for (const auto& out : found->second) {
        made[out.path] = {out.entry,
                          context_.options.mode == RunMode::run ? MadeOut::Place::work_tree
                                                                : MadeOut::Place::store};
      }
    }
    add_made_outs(plans_[up], made);
  }
  return made;
}

std::vector<InstanceResult> Preview::describe(const std::vector<Plan>& plans,
                                              const std::vector<std::size_t>& selected) const {
  std::vector<InstanceResult> results;
  for (const auto index : selected) {
    const auto& plan = plans[index];
    InstanceResult result;
    result.id = context_.graph.instances[index].id;
    result.state = is_skipped(index)              ? InstanceState::skipped
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

}  // namespace mlops::pipeline
