#include "pipeline/packages_environment.h"

#include "pipeline/process_environment.h"

namespace mlops::pipeline {

PackagesEnvironment::PackagesEnvironment(const RunContext& context,
                                         std::unique_ptr<Packages> packages)
    : context_(context), packages_(std::move(packages)) {}

EnvironmentIdentity PackagesEnvironment::identify(const Instance&) {
  return packages_->identify();
}

std::optional<StartProblem> PackagesEnvironment::equip(const Instance& instance, Attempt& attempt) {
  if (variables_.empty()) {
    packages_->prepare();
    variables_ = packages_->activate(base_variables(context_.options.environment));
  }
  const auto program = find_program(instance, context_.workspace.top(), variables_["PATH"]);
  if (!program) {
    return program_not_found(instance, context_.workspace.top());
  }
  attempt.program = *program;
  attempt.prefix = packages_->prefix();
  attempt.variables.insert(variables_.begin(), variables_.end());
  return std::nullopt;
}

AttemptResult PackagesEnvironment::run(const Attempt& attempt, const CancelToken& cancel) {
  return run_as_process(attempt, cancel);
}

}  // namespace mlops::pipeline
