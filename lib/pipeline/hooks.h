#pragma once

#include <string>

#include "pipeline/plan.h"

namespace mlops::pipeline {

/// What a clone accepts of a pipeline's hooks: SHA-256 over their argument vectors and the content
/// of the files of the work tree that they name. Another script is another hook.
std::string hooks_digest(const workspace::Workspace& workspace, const Hooks& hooks);

/// Runs the hooks that fit the result, one after the other, at the top of the work tree, each for
/// kHookTime at most. Unless this clone accepted exactly these (setting trust.<file>.hooks), a
/// warning says how. What fails is a warning; nothing of it changes the result.
void run_hooks(const RunContext& context, const RunResult& result);

inline constexpr std::chrono::minutes kHookTime{5};

}  // namespace mlops::pipeline
