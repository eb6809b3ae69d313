#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/graph.h"
#include "pipeline/key.h"
#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// One text by name a list, of each instance of this work tree, in a directory of the state
/// directory. A damaged or missing file is no memory. An experiment remembers nothing. Error{io}.
class InstanceMemory {
 public:
  InstanceMemory(const RunContext& context, const std::string& directory);
  std::optional<KeyParts> find(const Instance& instance) const;
  void remember(const Instance& instance, const KeyParts& parts) const;

 private:
  std::filesystem::path file_of(const Instance& instance) const;
  std::filesystem::path directory_;
  std::string scope_;
  bool is_kept_;
};

}  // namespace mlops::pipeline
