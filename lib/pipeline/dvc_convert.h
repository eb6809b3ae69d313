#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "pipeline/dvc_pipeline.h"
#include "pipeline/dvc_results.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// The pipelines of DVC that git's index has, on their way to pipeline.toml and pipeline.lock.
class DvcConversion {
 public:
  static constexpr const char* kFile = "pipeline.toml";

  /// Reads every dvc.yaml and dvc.lock of the index, and parameter files of the work tree. Nothing
  /// when there is no dvc.yaml. `shell` as in DvcSources. Changes nothing. Error{config} for what
  /// cannot be translated.
  static std::optional<DvcConversion> read(workspace::Workspace& workspace,
                                           const std::vector<std::string>& shell);

  const DvcTranslation& translation() const { return translation_; }
  /// Files of DVC that the conversion replaces.
  const std::vector<std::string>& replaced() const { return replaced_; }
  static std::vector<std::string> written();

  /// After the versions that dvc.lock names are in the store; see take_over_results.
  DvcResults take_over(workspace::Workspace& workspace,
                       const std::map<std::string, std::string>& environment,
                       Progress& progress,
                       const CancelToken& cancel) const;
  /// What the written files are to hold.
  std::map<std::string, std::string> texts(const DvcResults& results) const;

 private:
  DvcTranslation translation_;
  std::vector<std::string> replaced_;
  std::map<std::string, std::string> locks_;  ///< dvc.yaml → text of its dvc.lock
};

}  // namespace mlops::pipeline
