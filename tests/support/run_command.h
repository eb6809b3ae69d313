#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mlops::test {

struct CommandResult {
  int exit_code = -1;  ///< 128 + N when signal N ended it
  std::string out;
  std::string err;
};

/// Runs argv[0] (an absolute path) in `cwd` with exactly `env` and no input. Stands on its own
/// feet: the code under test starts processes too. Throws std::runtime_error when it cannot be
/// started.
CommandResult run_command(const std::vector<std::string>& argv,
                          const std::vector<std::string>& env,
                          const std::filesystem::path& cwd);

}  // namespace mlops::test
