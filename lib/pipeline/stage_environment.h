#pragma once

#include <optional>
#include <string>

#include "base/cancel.h"
#include "pipeline/environment_identity.h"
#include "pipeline/graph.h"
#include "pipeline/runner.h"

namespace mlops::pipeline {

/// Why an attempt cannot even be started, and the stage is to blame: a program that is not there.
struct StartProblem {
  std::string problem;
  std::string hint;
};

/// What stages run in: one object for each environment of the pipeline that a run needs. It is
/// prepared (created, pulled, built) once, by the first call that needs it; what prepares is known
/// to nobody else. A look (a dry run) prepares nothing and starts no command.
///
/// Whatever the environment lacks before a stage starts is thrown: Error{config} what the file
/// says, Error{io} what the machine or an engine has not got.
class StageEnvironment {
 public:
  virtual ~StageEnvironment() = default;

  /// What the result of an instance may depend on. Main thread.
  virtual EnvironmentIdentity identify(const Instance& instance) = 0;

  /// Completes an attempt that has the stage's own command and variables: the program, and the
  /// variables that the stage did not set. Main thread.
  virtual std::optional<StartProblem> equip(const Instance& instance, Attempt& attempt) = 0;

  /// How a stage sees the work tree: where it is, or the attempt's `tree`, which may be any
  /// directory, at the work tree's path: mounted there by an engine, or copied there. What is
  /// copied is what the stage declares, and its outs come back into `tree`.
  enum class TreeAccess { in_place, mounted, copied };
  virtual TreeAccess tree_access() const { return TreeAccess::in_place; }

  /// Runs an equipped attempt to its end. Never throws for what the command does. Many threads at
  /// the same time.
  virtual AttemptResult run(const Attempt& attempt, const CancelToken& cancel) = 0;
};

}  // namespace mlops::pipeline
