#pragma once

#include <memory>

#include "pipeline/packages.h"
#include "pipeline/run_context.h"
#include "pipeline/stage_environment.h"

namespace mlops::pipeline {

/// Processes of this machine that see a venv or a conda prefix.
class PackagesEnvironment final : public StageEnvironment {
 public:
  PackagesEnvironment(const RunContext& context, std::unique_ptr<Packages> packages);
  EnvironmentIdentity identify(const Instance& instance) override;
  std::optional<StartProblem> equip(const Instance& instance, Attempt& attempt) override;
  AttemptResult run(const Attempt& attempt, const CancelToken& cancel) override;

 private:
  const RunContext& context_;
  std::unique_ptr<Packages> packages_;
  std::map<std::string, std::string> variables_;  ///< from the first attempt
};

}  // namespace mlops::pipeline
