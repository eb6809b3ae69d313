#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "os/file.h"

namespace mlops::pipeline {

/// The variables of one container on their way into it: never in an argument vector. A file that
/// only this user can read and that is gone with this object; what a line of it cannot hold (line
/// feeds, quotes, long values) goes by name only, and its value through the environment of the
/// engine's client, which takes it from there.
class EnvFile {
 public:
  /// Error{config} for a value that can go neither way.
  EnvFile(const std::filesystem::path& directory,
          const std::map<std::string, std::string>& variables);
  const std::filesystem::path& path() const { return file_.path(); }
  /// "NAME=value", to be added to the client's environment.
  const std::vector<std::string>& for_client() const { return for_client_; }

 private:
  os::TempFile file_;
  std::vector<std::string> for_client_;
};

}  // namespace mlops::pipeline
