#include "pipeline/plan.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/explain.h"
#include "pipeline/outputs.h"

namespace mlops::pipeline {

namespace {

/// Empty when results of the instance may be used again, else why not.
std::string no_cache_reason(const Instance& instance, const RunOptions& options) {
  const auto& stage = *instance.stage;
  const auto& again = options.no_cache;
  if (options.use_cache == UseCache::no &&
      (again.empty() || std::any_of(again.begin(), again.end(), [&](const auto& wanted) {
         return is_called(instance, wanted);
       }))) {
    return std::string(kNoCache);
  }
  if (stage.cache == CachePolicy::never) {
    return "cache = false";
  }
  return is_cacheable(stage) ? "" : "has neither deps nor params";
}

/// Deleted by mistake: git would see what is the store's. A look at each, which settled runs
/// repeat.
bool lacks_ignore_file(const workspace::Workspace& workspace, const Instance& instance) {
  return std::any_of(instance.outs.begin(), instance.outs.end(), [&](const Out& out) {
    const auto file = std::filesystem::path(out.path).parent_path() / ".gitignore";
    return out.kind == OutKind::data && !workspace.tree().lstat(file.string());
  });
}

}  // namespace

void add_made_outs(const Plan& plan, MadeOuts& made) {
  const auto& absent = plan.outs_to_restore;
  for (std::size_t i = 0; plan.cached && i < plan.cached->outs.size(); ++i) {
    const auto& out = plan.cached->outs[i];
    const bool is_absent = std::find(absent.begin(), absent.end(), i) != absent.end();
    made[out.path] = {out.entry, is_absent ? MadeOut::Place::store : MadeOut::Place::work_tree};
  }
}

bool is_cacheable(const Stage& stage) {
  return stage.cache == CachePolicy::always ||
         (stage.cache == CachePolicy::automatic && !(stage.deps.empty() && stage.params.empty()));
}

void KeyMemory::remember(const Instance& instance, const KeyParts& parts) const {
  memory_.remember(instance, add_substituted(parts, instance));
}

Planner::Planner(const RunContext& context)
    : context_(context),
      inputs_(context.workspace, context.progress, context.cancel),
      environments_(context),
      memory_(context) {}

Plan Planner::plan(const Instance& instance, const MadeOuts& made) {
  Plan plan;
  plan.inputs = inputs_.read(instance, made);
  if (!plan.inputs.missing.empty()) {
    plan.step = Plan::Step::missing_deps;
    plan.reason = fmt::format("the dep {} does not exist", quote(plan.inputs.missing.front()));
    return plan;
  }
  if (plan.inputs.undecided) {
    plan.reason = *plan.inputs.undecided;
    return plan;
  }
  plan.environment = environments_.identify(instance);
  if (plan.environment.identity.empty()) {
    plan.step = Plan::Step::run;
    plan.reason = plan.environment.unknown;
    return plan;
  }
  plan.parts =
      make_key_parts(instance, plan.inputs.entries, plan.environment, context_.options.environment);
  plan.key = compute_key(plan.parts);
  const auto expected = context_.options.expected_keys.find(instance.id);
  if (expected != context_.options.expected_keys.end() && expected->second != plan.key.hex()) {
    plan.step = Plan::Step::run;
    plan.reason = "code, data, parameters or environment are no longer those of that run";
    return plan;
  }
  look_up(instance, plan);
  return plan;
}

void Planner::look_up(const Instance& instance, Plan& plan) {
  plan.step = Plan::Step::run;
  plan.reason = no_cache_reason(instance, context_.options);
  if (!plan.reason.empty()) {
    return;
  }
  const auto text = context_.workspace.store().find_result(plan.key);
  auto entry = text ? decode_cache_entry(*text, instance) : std::nullopt;
  if (!entry || entry->parts != plan.parts) {
    explain(instance, plan);
    return;
  }
  plan.is_entry_lost = !find_restorable(instance, plan, *entry);
  if (!plan.is_entry_lost) {
    plan.step = Plan::Step::hit;
    plan.lacks_ignore_file = lacks_ignore_file(context_.workspace, instance);
    plan.cached = std::move(entry);
    plan.reason = plan.outs_to_restore.empty() ? "up to date" : "in the store";
  }
}

/// False when an out is neither in the work tree nor in the store; the reason is then in the plan.
bool Planner::find_restorable(const Instance& instance, Plan& plan, CacheEntry& entry) {
  for (std::size_t i = 0; i < entry.outs.size(); ++i) {
    const auto& out = entry.outs[i];
    if (is_in_place(context_.workspace, out, context_.progress, context_.cancel)) {
      continue;
    }
    const auto root = out.root ? context_.workspace.store().find_root(*out.root) : std::nullopt;
    if (!root || root->top.id != out.entry.id) {
      plan.reason = fmt::format("its out {} is {}",
                                quote(out.path),
                                instance.outs[i].cache ? "no longer in the store"
                                                       : "not cached and not as the run left it");
      return false;
    }
    plan.outs_to_restore.push_back(i);
  }
  return true;
}

void Planner::explain(const Instance& instance, Plan& plan) {
  const auto before = memory_.find(instance);
  if (!before) {
    plan.reason = "no earlier run is known";
    return;
  }
  plan.differences = explain_differences(*before, add_substituted(plan.parts, instance));
  plan.reason =
      plan.differences.empty() ? "no result is in the store" : summarize(plan.differences);
}

}  // namespace mlops::pipeline
