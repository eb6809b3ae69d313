#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "pipeline/environment_identity.h"

namespace mlops::pipeline {

/// Installed packages that a stage sees beside the machine or an image: a venv or a conda prefix.
/// Main thread.
class Packages {
 public:
  virtual ~Packages() = default;
  /// Creates them where that is asked for, once a run. Error{config}, Error{io}.
  virtual void prepare() = 0;
  /// Prepares in a run; a look takes what is there.
  virtual EnvironmentIdentity identify() = 0;
  /// After `prepare`: the directory that holds all of it.
  virtual std::filesystem::path prefix() = 0;
  /// After `prepare`: the variables that a process needs, over those of `base`; PATH first finds
  /// what the packages brought.
  virtual std::map<std::string, std::string> activate(std::map<std::string, std::string> base) = 0;
};

}  // namespace mlops::pipeline
