#pragma once

#include <vector>

#include "pipeline/plan.h"
#include "pipeline/preview.h"

namespace mlops::pipeline {

/// What is refused before anything runs: all of it is Error{config} or Error{conflict}.

/// Keys that this build cannot honour, of a selected stage, its environment or its pool.
void refuse_unsupported(const RunContext& context, const std::vector<std::size_t>& selected);
/// Schedules stand around a run: it gives the same results without them.
/// Error{config} for a stage that names a check that nobody can judge.
void require_checks(const RunContext& context, const std::vector<std::size_t>& selected);
void warn_of_unsupported(const Pipeline& pipeline, Progress& progress);
/// A stage that can never start.
void check_slots(const RunContext& context, const std::vector<std::size_t>& selected);
/// Outs that hold what neither the store nor an earlier run knows.
void check_outs(const RunContext& context,
                Planner& planner,
                const std::vector<Plan>& plans,
                const Preview& preview,
                const std::vector<std::size_t>& selected);
/// Secrets of stages that are going to run.
void check_secrets(const RunContext& context,
                   const std::vector<Plan>& plans,
                   const Preview& preview,
                   const std::vector<std::size_t>& selected);
/// Under --strict, environments of which nothing is known.
void check_grades(const RunContext& context,
                  Planner& planner,
                  const std::vector<Plan>& plans,
                  const Preview& preview,
                  const std::vector<std::size_t>& selected);

}  // namespace mlops::pipeline
