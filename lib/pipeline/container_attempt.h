#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/container_engine.h"
#include "pipeline/runner.h"

namespace mlops::pipeline {

struct Mount {
  std::filesystem::path source;
  std::filesystem::path target;  ///< inside
  enum class Access { read_write, read_only } access = Access::read_only;
};

/// What the attempts of one environment have in common.
struct ContainerPlan {
  const ContainerEngine* engine = nullptr;
  enum class Files { mounted, copied } files = Files::mounted;
  std::string image;  ///< an id, so that a tag that moves meanwhile changes nothing
  std::vector<std::string> arguments;        ///< of `create`: user, network, labels
  std::filesystem::path tree;                ///< where a container sees the work tree
  std::vector<std::filesystem::path> reads;  ///< directories that all attempts read
  std::filesystem::path private_directory;   ///< for what only this user may read
};

/// Runs one attempt in a container of its own: `create`, `start --attach`, `inspect`, and `rm`,
/// whatever happened; with files that are copied, `cp` of the tree before and of the outs after. On
/// a timeout or a cancel: `stop`, and after the grace `kill`, by id. Any thread; never throws for
/// what the command or the engine does.
AttemptResult run_in_container(const ContainerPlan& plan,
                               const Attempt& attempt,
                               const CancelToken& cancel);

/// The words of `create` for a mount. Docker reads `--mount` as CSV; older podmans do not, and get
/// `--volume` for paths with commas or quotes. Error{config} for what neither can say.
std::vector<std::string> mount_arguments(EngineKind engine, const Mount& mount);

}  // namespace mlops::pipeline
