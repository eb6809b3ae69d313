#include "pipeline/frozen.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/lock_read.h"
#include "pipeline/locked_form.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxBlobBytes = 64ULL << 20U;
constexpr std::size_t kMaxNamed = 10;

bool is_same_content(const RunContext& context,
                     const store::ObjectId& root,
                     const store::Entry& entry) {
  const auto known = context.workspace.store().find_root(root);
  return !known || (known->top.id == entry.id && known->top.size == entry.size);
}

bool is_same_dep(const RunContext& context,
                 const workspace::LockedDep& locked,
                 const Input& input) {
  if (locked.root) {
    return is_same_content(context, *locked.root, input.entry);
  }
  const auto content = workspace::read_text(context.workspace.tree(), locked.path, kMaxBlobBytes);
  return content && context.workspace.repository().hash_blob(*content) == locked.git;
}

std::string dep_difference(const RunContext& context,
                           const workspace::LockedInstance& locked,
                           const Inputs& inputs) {
  for (const auto& input : inputs.entries) {
    const auto found = std::find_if(locked.deps.begin(), locked.deps.end(), [&](const auto& dep) {
      return dep.path == input.path;
    });
    if (found == locked.deps.end()) {
      return fmt::format("the dep {} is not in the lock", quote(input.path));
    }
    if (!is_same_dep(context, *found, input)) {
      return fmt::format("the dep {} is another one", quote(input.path));
    }
  }
  for (const auto& dep : locked.deps) {
    const auto is_read = [&](const Input& input) { return input.path == dep.path; };
    if (std::none_of(inputs.entries.begin(), inputs.entries.end(), is_read)) {
      return fmt::format("the dep {} is in the lock only", quote(dep.path));
    }
  }
  return "";
}

std::string form_difference(const workspace::LockedInstance& locked, const Instance& instance) {
  const auto now = locked_form(instance);
  if (now.cmd != locked.cmd || now.shell != locked.shell) {
    return "another command";
  }
  for (const auto& [name, value] : now.params) {
    const auto found = locked.params.find(name);
    if (found == locked.params.end() || found->second != value) {
      return fmt::format("the parameter {} is {}, not {}",
                         name,
                         value,
                         found == locked.params.end() ? "unset" : found->second);
    }
  }
  return now.params.size() == locked.params.size() ? "" : "fewer parameters";
}

}  // namespace

std::string frozen_difference(const RunContext& context,
                              const workspace::Lock& lock,
                              const Instance& instance,
                              const Plan& plan) {
  const auto* locked = find_locked(lock, instance);
  if (locked == nullptr) {
    return "it is not in the lock";
  }
  auto difference = form_difference(*locked, instance);
  if (difference.empty() && !plan.environment.identity.empty() &&
      plan.environment.identity != locked->environment) {
    difference = "another environment";
  }
  if (difference.empty() && plan.step != Plan::Step::undecided) {
    difference = dep_difference(context, *locked, plan.inputs);
  }
  if (difference.empty() && plan.cached) {
    difference = frozen_out_difference(context, lock, instance, plan.cached->outs);
  }
  return difference;
}

std::string frozen_out_difference(const RunContext& context,
                                  const workspace::Lock& lock,
                                  const Instance& instance,
                                  const std::vector<MadeOutRecord>& outs) {
  const auto* locked = find_locked(lock, instance);
  for (const auto& out : outs) {
    if (!out.root || locked == nullptr) {
      continue;
    }
    const auto found = std::find_if(locked->outs.begin(), locked->outs.end(), [&](const auto& one) {
      return one.path == out.path;
    });
    if (found == locked->outs.end() || !is_same_content(context, found->root, out.entry)) {
      return fmt::format("the out {} is another one than in the lock", quote(out.path));
    }
  }
  return "";
}

void check_frozen(const RunContext& context,
                  const std::vector<Plan>& plans,
                  const Preview& preview,
                  const std::vector<std::size_t>& selected) {
  if (context.options.lock != LockPolicy::frozen) {
    return;
  }
  const auto lock = read_lock(context.workspace, context.pipeline.file);
  std::vector<std::string> differing;
  for (const auto index : selected) {
    const auto& instance = context.graph.instances[index];
    const auto difference = preview.is_skipped(index)
                                ? std::string()
                                : frozen_difference(context, lock, instance, plans[index]);
    if (!difference.empty()) {
      differing.push_back(fmt::format("{}: {}", quote(instance.id), difference));
    }
  }
  if (differing.empty()) {
    return;
  }
  const auto file = lock_file_of(context.pipeline.file);
  Error error(ErrorKind::config,
              fmt::format("{} would change, and --frozen forbids it", quote(file)),
              fmt::format("{}   (without --frozen; then commit {})",
                          shell_join({"mlops", "run", context.pipeline.file}),
                          file));
  for (std::size_t i = 0; i < std::min(differing.size(), kMaxNamed); ++i) {
    error.add_context(differing[i]);
  }
  throw error;
}

}  // namespace mlops::pipeline
