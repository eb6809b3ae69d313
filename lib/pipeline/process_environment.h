#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "pipeline/run_context.h"
#include "pipeline/stage_environment.h"

namespace mlops::pipeline {

/// Plain processes of this machine. The identity is the digest of the program's file and of the
/// output of the environment's `tools`: observed. Without tools nothing tells what the program
/// loads: weak. Each tool and each program is looked at once.
class ProcessEnvironment final : public StageEnvironment {
 public:
  /// `declared` may be absent: stages that name no environment. `has_started` turns true when the
  /// first stage of the run starts, in whatever environment.
  ProcessEnvironment(const RunContext& context,
                     const Environment* declared,
                     const bool& has_started);
  /// Error{config} when a tool cannot be run or fails. The tools of a pipeline are commands that
  /// came with the repository: only a run starts them. Whoever only looks takes what they answered
  /// last in this clone.
  EnvironmentIdentity identify(const Instance& instance) override;
  std::optional<StartProblem> equip(const Instance& instance, Attempt& attempt) override;
  AttemptResult run(const Attempt& attempt, const CancelToken& cancel) override;

 private:
  std::optional<std::string> tools_digest();
  std::string ask_tools() const;
  std::filesystem::path memory() const;
  std::optional<std::filesystem::path> find(const Instance& instance) const;
  std::optional<std::filesystem::path> find_once(const Instance& instance);
  std::string program_digest(const Instance& instance);

  const RunContext& context_;
  const Environment* declared_;
  const bool& has_started_;
  std::map<std::string, std::optional<std::filesystem::path>> found_;  ///< by name
  bool are_tools_asked_ = false;
  std::optional<std::string> tools_;             ///< their digest
  std::map<std::string, std::string> programs_;  ///< absolute path → digest
};

/// The variables that every stage on this machine gets: HOME, TMPDIR and TZ as the user has them,
/// and PATH without entries that are not absolute: what lies in the work tree is no program by its
/// name.
std::map<std::string, std::string> base_variables(
    const std::map<std::string, std::string>& user_environment);

/// The file that an instance starts: found in `search_path`, or relative to its working directory.
std::optional<std::filesystem::path> find_program(const Instance& instance,
                                                  const std::filesystem::path& top,
                                                  const std::string& search_path);
/// Why find_program found nothing.
StartProblem program_not_found(const Instance& instance, const std::filesystem::path& top);

}  // namespace mlops::pipeline
