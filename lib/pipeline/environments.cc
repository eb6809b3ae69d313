#include "pipeline/environments.h"

#include "pipeline/conda.h"
#include "pipeline/container_environment.h"
#include "pipeline/packages_environment.h"
#include "pipeline/process_environment.h"
#include "pipeline/venv.h"

namespace mlops::pipeline {

Environments::Environments(const RunContext& context) : context_(context), containers_(context) {}

StageEnvironment& Environments::of(const Instance& instance) {
  has_started_ = true;
  return get(instance.stage->environment);
}

EnvironmentIdentity Environments::identify(const Instance& instance) {
  const auto& all = context_.pipeline.environments;
  auto name = instance.stage->environment;
  for (auto found = all.find(name); found != all.end() && !found->second.same_as.empty();
       found = all.find(name)) {
    name = found->second.same_as;
  }
  return get(name).identify(instance);
}

StageEnvironment& Environments::get(const std::string& name) {
  auto& environment = environments_[name];
  if (!environment) {
    const auto found = context_.pipeline.environments.find(name);
    environment = make(found == context_.pipeline.environments.end() ? nullptr : &found->second);
  }
  return *environment;
}

std::unique_ptr<StageEnvironment> Environments::make(const Environment* declared) {
  if (declared == nullptr || declared->type == EnvironmentType::process) {
    return std::make_unique<ProcessEnvironment>(context_, declared, has_started_);
  }
  std::unique_ptr<Packages> packages;
  if (declared->type == EnvironmentType::venv) {
    packages = std::make_unique<Venv>(context_, *declared);
  } else if (declared->type == EnvironmentType::conda) {
    packages = std::make_unique<Conda>(context_, *declared);
  }
  if (packages && declared->image.empty()) {
    return std::make_unique<PackagesEnvironment>(context_, std::move(packages));
  }
  return std::make_unique<ContainerEnvironment>(containers_, *declared, std::move(packages));
}

}  // namespace mlops::pipeline
