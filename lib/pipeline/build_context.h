#pragma once

#include <string>
#include <vector>

#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// What goes into an image that is built: the files of a directory less what its .dockerignore
/// names, and the file with the steps. Those of the user's work tree: an experiment's own has not
/// all that git ignores, and would ask for another image.
class BuildContext {
 public:
  /// Error{config}: no such directory or file; an image that cannot be told; an out of the pipeline
  /// is among the files, so that each run would ask for another image.
  BuildContext(const RunContext& context, const ImageBuild& build);
  /// Over names, executable bits, contents and targets of links.
  const std::string& digest() const { return digest_; }
  /// The images that its steps take something from: see parse_base_images.
  const std::vector<std::string>& bases() const { return bases_; }

 private:
  std::string digest_;
  std::vector<std::string> bases_;
};

/// .dockerignore: the last pattern that matches a path or a directory above it decides.
class IgnorePatterns {
 public:
  explicit IgnorePatterns(std::string_view text);
  bool ignores(const std::string& path) const;

 private:
  struct Pattern {
    std::string glob;
    bool is_exception = false;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace mlops::pipeline
