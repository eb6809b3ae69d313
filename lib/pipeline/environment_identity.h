#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "pipeline/graph.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// What a stage runs in, as far as its result may depend on it.
struct EnvironmentIdentity {
  std::string identity;  ///< "process:<sha256>"; empty: it cannot be told without asking the tools
  std::string grade;     ///< strong | pinned | observed | weak
};

/// The tools of a pipeline are commands that came with the repository: only a run starts them.
/// Whoever only looks takes what they answered last in this clone.
enum class Tools { ask, remember };

/// Process environments: the digest of the program's file and of the output of the environment's
/// `tools`. Observed when there are tools; without them nothing tells what the program loads: weak.
/// Each tool and each program is looked at once.
class EnvironmentIdentifier {
 public:
  EnvironmentIdentifier(workspace::Workspace& workspace,
                        const Pipeline& pipeline,
                        const std::map<std::string, std::string>& user_environment,
                        Tools tools,
                        const CancelToken& cancel);
  /// Error{config} when a tool cannot be run or fails.
  EnvironmentIdentity identify(const Instance& instance);

 private:
  std::optional<std::string> tools_digest(const Environment& environment);
  std::string ask_tools(const Environment& environment) const;
  std::filesystem::path memory_of(const Environment& environment) const;
  std::string program_digest(const Instance& instance);

  workspace::Workspace& workspace_;
  const Pipeline& pipeline_;
  const std::map<std::string, std::string>& user_environment_;
  Tools tools_mode_;
  const CancelToken& cancel_;
  std::map<std::string, std::optional<std::string>> tools_;  ///< environment → digest
  std::map<std::string, std::string> programs_;              ///< absolute path → digest
};

/// The variables that every stage gets: HOME, TMPDIR and TZ as the user has them, and PATH without
/// entries that are not absolute: what lies in the work tree is no program by its name.
std::map<std::string, std::string> base_variables(
    const std::map<std::string, std::string>& user_environment);

/// The file that an instance starts: found in PATH, or relative to its working directory.
std::optional<std::filesystem::path> find_program(
    const Instance& instance,
    const std::filesystem::path& top,
    const std::map<std::string, std::string>& user_environment);

std::vector<std::string> to_environment_list(const std::map<std::string, std::string>& variables);

}  // namespace mlops::pipeline
