#include "pipeline/runtime_directory.h"

#include "os/file.h"

namespace mlops::pipeline {

namespace {

using UserVariables = std::map<std::string, std::string>;

/// Empty unless it is an absolute path.
std::string place_in(const UserVariables& variables, const char* name) {
  const auto found = variables.find(name);
  return found != variables.end() && found->second.starts_with('/') ? found->second : "";
}

std::filesystem::path temporary_directory(const UserVariables& variables) {
  const auto named = place_in(variables, "TMPDIR");
  return named.empty() ? "/tmp" : named;
}

}  // namespace

std::filesystem::path open_runtime_directory(const UserVariables& user_environment) {
  const auto runtime = place_in(user_environment, "XDG_RUNTIME_DIR");
  const auto directory = runtime.empty() ? temporary_directory(user_environment) /
                                               ("mlops-" + std::to_string(os::current_user()))
                                         : std::filesystem::path(runtime) / "mlops";
  os::make_private_directory(directory);
  return directory;
}

std::filesystem::path open_common_directory(const UserVariables& user_environment) {
  auto directory = temporary_directory(user_environment) / "mlops-slots";
  os::make_common_directory(directory);
  return directory;
}

}  // namespace mlops::pipeline
