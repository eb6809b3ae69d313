#pragma once

#include <string>
#include <vector>

#include "pipeline/plan.h"
#include "pipeline/preview.h"
#include "workspace/lock_file.h"

namespace mlops::pipeline {

/// `--frozen`: the lock says what may run.

/// Error{config} that names each selected instance whose command, parameters, environment or deps
/// are not those of the lock. Deps that an instance of the run makes are judged when they are made.
void check_frozen(const RunContext& context,
                  const std::vector<Plan>& plans,
                  const Preview& preview,
                  const std::vector<std::size_t>& selected);

/// What an instance used or made that the lock says otherwise; empty when all is as it says. What
/// the store has lost cannot be compared and is taken for the same.
std::string frozen_difference(const RunContext& context,
                              const workspace::Lock& lock,
                              const Instance& instance,
                              const Plan& plan);
std::string frozen_out_difference(const RunContext& context,
                                  const workspace::Lock& lock,
                                  const Instance& instance,
                                  const std::vector<MadeOutRecord>& outs);

}  // namespace mlops::pipeline
