#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "config/yaml_tree.h"
#include "pipeline/dvc_names.h"
#include "pipeline/dvc_template.h"
#include "pipeline/toml_stage.h"

namespace mlops::pipeline {

/// What the stages of one dvc.yaml share.
struct DvcSurroundings {
  DvcParamFiles& files;
  std::function<bool(const std::string& path)> is_tracked;  ///< by git
  std::vector<std::string> shell;                           ///< of commands that need one
  std::set<std::string> shown_metrics;                      ///< the file's own `metrics`
};

/// One stage of a dvc.yaml, or what stands for all that foreach or matrix makes of it.
struct DvcStageSource {
  const config::YamlNode& body;
  DvcPlace place;
  std::string directory;  ///< of the dvc.yaml: "" or "a/b"
  DvcNames names;
  std::string name;    ///< of our stage
  std::string matrix;  ///< its value as TOML, or empty
};

/// A command as dvc.lock has it.
struct DvcCommand {
  std::vector<std::string> lines;
  bool is_list = false;
  friend bool operator==(const DvcCommand&, const DvcCommand&) = default;
};

struct DvcStage {
  TomlStage toml;
  DvcUses uses;
};

/// Error{config} with line and key for what has no counterpart.
DvcStage translate_dvc_stage(const DvcStageSource& source, const DvcSurroundings& surroundings);

/// The command alone, resolved.
DvcCommand resolve_dvc_command(const DvcStageSource& source, const DvcSurroundings& surroundings);

/// Error{config} for another kind of value.
const std::string& require_text(const config::YamlNode& value, const DvcPlace& place);

/// "../data" seen from "a/b" → "a/data", the top ".". Error{config} when it leads out of the work
/// tree, or is no path of it at all.
std::string place_dvc_path(std::string_view directory,
                           const std::string& path,
                           const DvcPlace& place);

/// The names that `vars`, a list of files ("f.yaml", "f.yaml:a,b") and tables, adds.
void add_dvc_vars(const config::YamlNode& vars,
                  std::string_view directory,
                  const DvcPlace& place,
                  DvcParamFiles& files,
                  DvcNames& names);

}  // namespace mlops::pipeline
