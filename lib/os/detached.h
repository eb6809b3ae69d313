#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlops::os {

/// A child that lives on when we end: in a session of its own, away from our terminal and its
/// signals, with no input, and with both outputs in a new file. Nothing else of ours is inherited.
class Detached {
 public:
  /// `argv[0]` is an absolute path. Error{io} when the child or the file cannot be had;
  /// Error{conflict} when the file exists.
  Detached(const std::vector<std::string>& argv,
           const std::vector<std::string>& env,
           const std::filesystem::path& cwd,
           const std::filesystem::path& output);
  std::int64_t pid() const { return pid_; }
  /// Its exit code (128 + N for signal N) once it has ended; asked until then.
  std::optional<int> poll_end();

 private:
  std::int64_t pid_ = 0;
  std::optional<int> end_;
};

}  // namespace mlops::os
