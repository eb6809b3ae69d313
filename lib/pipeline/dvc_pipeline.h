#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pipeline/dvc_names.h"
#include "pipeline/dvc_stage.h"

namespace mlops::pipeline {

/// The pipelines of a DVC repository as one of ours (man mlops-convert). What stands in dvc.yaml
/// and has no counterpart is Error{config} with line and key, up to twenty at once; nothing is
/// dropped but what only DVC's own views read, and that stays as a comment.

inline constexpr std::uint64_t kMaxDvcPipelineBytes = 1U << 20U;
inline constexpr std::uint64_t kMaxDvcParamsBytes = 16U << 20U;

struct DvcPipelineFile {
  std::string path;  ///< from the work tree's top
  std::string text;
};
struct DvcSources {
  std::vector<DvcPipelineFile> files;                       ///< every dvc.yaml, sorted by path
  DvcParamFiles::Read read;                                 ///< of parameter files
  std::function<bool(const std::string& path)> is_tracked;  ///< by git
  std::vector<std::string> shell;  ///< with which DVC runs commands: {"bash", …, "-c"}
};

/// A stage that DVC knows, and the instance that is the same here.
struct DvcInstance {
  std::string file;                           ///< its dvc.yaml
  std::string name;                           ///< "train", "train@us"
  std::string stage;                          ///< ours
  std::map<std::string, std::string> matrix;  ///< axis → canonical JSON
  DvcCommand command;                         ///< as DVC resolves it
};

struct DvcTranslation {
  std::string text;  ///< of pipeline.toml; parses, and its graph is sound
  std::vector<DvcInstance> instances;
  std::vector<std::string> remarks;            ///< what a reader of the file has to know
  std::map<std::string, std::string> renamed;  ///< DVC's name of a stage → ours, where they differ
};

/// `pipeline_file` names the result in messages.
DvcTranslation translate_dvc(const DvcSources& sources, const std::string& pipeline_file);

}  // namespace mlops::pipeline
