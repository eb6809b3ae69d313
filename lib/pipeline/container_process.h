#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "pipeline/background_call.h"
#include "pipeline/container_engine.h"

namespace mlops::pipeline {

/// Which process of this machine is a running container's first: asked of the engine beside
/// everything else that waits for it. One thread.
class ContainerProcess {
 public:
  ContainerProcess(const ContainerEngine& engine, std::string container);
  /// Never waits. Something once, when it is known. Nothing for good where the engine's processes
  /// are not this machine's (a remote daemon, a virtual machine).
  std::optional<std::int64_t> look(std::chrono::nanoseconds now);

 private:
  std::optional<std::int64_t> take_answer();

  const ContainerEngine& engine_;
  std::string container_;
  std::string answer_;  ///< the call's thread's, until that has ended
  int questions_left_;
  std::optional<std::chrono::nanoseconds> ask_at_;
  std::optional<BackgroundCall> call_;  ///< last: it writes into answer_
};

/// The same, now: waits for the engine, at most `limit`.
std::optional<std::int64_t> find_container_process(const ContainerEngine& engine,
                                                   const std::string& container,
                                                   std::chrono::milliseconds limit);

}  // namespace mlops::pipeline
