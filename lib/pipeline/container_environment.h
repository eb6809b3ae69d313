#pragma once

#include <memory>
#include <optional>

#include "pipeline/container_attempt.h"
#include "pipeline/container_image.h"
#include "pipeline/container_session.h"
#include "pipeline/packages.h"
#include "pipeline/stage_environment.h"

namespace mlops::pipeline {

/// Containers of one image, each attempt in one of its own. The work tree is there at its own
/// absolute path. With packages: those too, read-only, and the identity is of both.
class ContainerEnvironment final : public StageEnvironment {
 public:
  /// `packages` may be absent.
  ContainerEnvironment(ContainerSession& session,
                       const Environment& declared,
                       std::unique_ptr<Packages> packages);
  EnvironmentIdentity identify(const Instance& instance) override;
  std::optional<StartProblem> equip(const Instance& instance, Attempt& attempt) override;
  TreeAccess tree_access() const override;
  AttemptResult run(const Attempt& attempt, const CancelToken& cancel) override;

 private:
  const Image& image();
  EnvironmentIdentity image_identity();
  void prepare();

  ContainerSession& session_;
  const Environment& declared_;
  std::unique_ptr<Packages> packages_;
  std::optional<Image> image_;
  ContainerPlan plan_;  ///< complete before the first attempt, unchanged after
  std::map<std::string, std::string> variables_;
};

}  // namespace mlops::pipeline
