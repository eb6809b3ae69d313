#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/context.h"
#include "pipeline/dvc_convert.h"
#include "workspace/convert.h"

namespace mlops::top {

/// The pipeline half of `convert dvc`: what the workspace's half is asked to replace in its step.
class PipelineConversion {
 public:
  /// Nothing to do when the index has no dvc.yaml. Error{config} for what cannot be translated.
  explicit PipelineConversion(app::Context& context);

  /// Refers to this object.
  workspace::ReplacedFiles files();
  /// For people, after the conversion, or instead of it.
  void print(workspace::DryRun dry_run) const;
  nlohmann::ordered_json to_json() const;  ///< null: there is no pipeline

 private:
  app::Context& context_;
  std::optional<pipeline::DvcConversion> conversion_;
  pipeline::DvcResults results_;
};

}  // namespace mlops::top
