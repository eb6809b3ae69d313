#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "git/repository.h"
#include "os/process.h"

namespace mlops::git {

/// The git executable, run without a shell, in one directory, with an environment that names no
/// other repository and reads no translated words. One thread.
class GitCommand {
 public:
  /// Nothing when no absolute entry of the search path holds git.
  static std::optional<GitCommand> find(const OpenOptions& options, fs::path directory);

  void set_directory(fs::path directory) { directory_ = std::move(directory); }
  const fs::path& directory() const { return directory_; }
  const fs::path& executable() const { return executable_; }

  /// Whatever the exit code is. Error{io} when git cannot be started or dies of a signal,
  /// Error{interrupted} when cancelled, Error{config} when it prints more than `max_bytes`.
  os::CapturedOutput run(const std::vector<std::string>& args,
                         std::string input = {},
                         std::uint64_t max_bytes = kDefaultOutput) const;
  /// stdout; any other exit code than 0 is an error with git's first words (see fail).
  std::string output(const std::vector<std::string>& args,
                     std::string input = {},
                     std::uint64_t max_bytes = kDefaultOutput) const;
  /// The same without the line break at the end.
  std::string line(const std::vector<std::string>& args) const;
  /// The value of a setting; nothing when it is not set.
  std::optional<std::string> find_config(const std::string& key) const;
  /// A git that answers requests on its stdin.
  os::Coprocess start(const std::vector<std::string>& args) const;

  /// Error{locked} for a held lock, Error{corrupt} for missing objects, Error{config} otherwise.
  [[noreturn]] static void fail(const std::vector<std::string>& args,
                                const os::CapturedOutput& done);
  /// The first complaint in git's stderr, without "fatal: ".
  static std::string first_words(std::string_view err);

 private:
  static constexpr std::uint64_t kDefaultOutput = 64ULL << 20U;
  GitCommand(fs::path executable,
             std::vector<std::string> environment,
             fs::path directory,
             const CancelToken* cancel);
  os::ProcessSpec spec(const std::vector<std::string>& args) const;

  fs::path executable_;
  std::vector<std::string> environment_;
  fs::path directory_;
  const CancelToken* cancel_;
};

}  // namespace mlops::git
