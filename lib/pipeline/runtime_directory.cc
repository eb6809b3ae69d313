#include "pipeline/runtime_directory.h"

#include "os/file.h"

namespace mlops::pipeline {

std::filesystem::path open_runtime_directory(
    const std::map<std::string, std::string>& user_environment) {
  const auto absolute = [&](const char* name) {
    const auto found = user_environment.find(name);
    return found != user_environment.end() && found->second.starts_with('/') ? found->second
                                                                             : std::string();
  };
  std::filesystem::path directory;
  if (const auto runtime = absolute("XDG_RUNTIME_DIR"); !runtime.empty()) {
    directory = std::filesystem::path(runtime) / "mlops";
  } else {
    const auto temporary = absolute("TMPDIR");
    directory = std::filesystem::path(temporary.empty() ? "/tmp" : temporary) /
                ("mlops-" + std::to_string(os::current_user()));
  }
  os::make_private_directory(directory);
  return directory;
}

}  // namespace mlops::pipeline
