#pragma once

#include <map>
#include <memory>
#include <string>

#include "pipeline/container_session.h"
#include "pipeline/run_context.h"
#include "pipeline/stage_environment.h"

namespace mlops::pipeline {

/// The environments of one run, each made when it is first asked for. Main thread.
class Environments {
 public:
  explicit Environments(const RunContext& context);
  /// What the instance runs in, for one that is about to start. It lives as long as this does.
  StageEnvironment& of(const Instance& instance);
  /// What stands in the key: of the environment that `same_as` leads to.
  EnvironmentIdentity identify(const Instance& instance);

 private:
  StageEnvironment& get(const std::string& name);
  std::unique_ptr<StageEnvironment> make(const Environment* declared);

  const RunContext& context_;
  ContainerSession containers_;
  bool has_started_ = false;  ///< a stage, which may change what programs there are
  std::map<std::string, std::unique_ptr<StageEnvironment>> environments_;
};

}  // namespace mlops::pipeline
