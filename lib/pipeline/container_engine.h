#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "os/process.h"

namespace mlops::pipeline {

enum class EngineKind { docker, podman };
std::string_view to_string(EngineKind kind);

/// What one call of an engine's client gave.
struct EngineAnswer {
  bool is_ok = false;
  int exit_code = -1;
  std::string out;  ///< trimmed
  std::string err;  ///< trimmed; where the client said nothing, how it ended
};

/// A container engine, driven through its command-line client, never through a shell. The client
/// gets the user's environment (DOCKER_HOST, XDG_RUNTIME_DIR, credentials helpers). Any thread.
class ContainerEngine {
 public:
  struct Facts {
    std::string version;
    bool is_rootless = false;
    bool has_id_ranges = true;  ///< rootless podman: of /etc/subuid
  };

  /// `choice`: auto, docker or podman; auto takes the first that answers, docker before podman.
  /// Error{io} when none does, with what each said.
  static std::unique_ptr<ContainerEngine> open(
      const std::string& choice,
      const std::map<std::string, std::string>& user_environment,
      const std::filesystem::path& cwd,
      const CancelToken& cancel);

  EngineKind kind() const { return kind_; }
  const Facts& facts() const { return facts_; }
  /// How a call is started, to be changed before it is.
  os::ProcessSpec make_call(std::vector<std::string> arguments) const;
  /// A short one, to its end. Without a limit it takes as long as it takes.
  EngineAnswer call(std::vector<std::string> arguments,
                    const CancelToken& cancel,
                    std::optional<std::chrono::milliseconds> limit = kCallLimit) const;

  static constexpr std::chrono::milliseconds kCallLimit{120'000};

 private:
  ContainerEngine(EngineKind kind,
                  std::filesystem::path client,
                  const std::map<std::string, std::string>& user_environment,
                  std::filesystem::path cwd);
  /// What keeps the engine from being used; empty when it answers.
  std::string ask(const CancelToken& cancel);

  EngineKind kind_;
  std::filesystem::path client_;
  std::vector<std::string> variables_;
  std::filesystem::path cwd_;
  Facts facts_;
};

/// True when an engine's message says that nobody answers: not what was asked is wrong.
bool is_engine_gone(std::string_view message);

}  // namespace mlops::pipeline
