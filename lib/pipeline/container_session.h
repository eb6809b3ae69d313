#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/container_engine.h"
#include "pipeline/run_context.h"
#include "pipeline/secrets.h"

namespace mlops::pipeline {

/// What all containers of a run share: the engine (opened at first use), what config.toml says
/// about containers, and the labels by which they are found again.
class ContainerSession {
 public:
  explicit ContainerSession(const RunContext& context) : context_(context) {}

  /// Opens the engine at its first call, and removes the containers that killed runs of this clone
  /// left, experiments among them. Error{io}, Error{config}. Main thread.
  const ContainerEngine& engine();
  /// By container.io: files are copied into containers, not mounted.
  bool copies_files() const;
  /// --user and what belongs to it. Main thread.
  std::vector<std::string> user_arguments();
  /// --network, --label, --security-opt: of every container. Main thread.
  std::vector<std::string> common_arguments();
  /// For what only this user may read, for the time of the run: gone with this, and swept by the
  /// next run when this was killed. Main thread.
  std::filesystem::path private_directory();
  const RunContext& context() const { return context_; }

 private:
  void sweep();
  /// This machine and clone: an engine may serve several.
  std::string clone_label() const;
  std::string run_of(const std::string& container);
  bool is_left(const std::string& container);

  const RunContext& context_;
  std::unique_ptr<ContainerEngine> engine_;
  std::unique_ptr<SecretFiles> private_;
};

inline constexpr std::string_view kRunLabel = "mlops.run";
inline constexpr std::string_view kStageLabel = "mlops.stage";
inline constexpr std::string_view kCloneLabel = "mlops.clone";
inline constexpr std::string_view kAttemptLabel = "mlops.attempt";

}  // namespace mlops::pipeline
