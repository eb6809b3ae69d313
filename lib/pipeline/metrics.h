#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "config/params.h"
#include "workspace/workspace.h"

namespace mlops::pipeline {

/// The figures of one metrics file, flattened: "train.auc", "per_class[0].f1" → canonical JSON of a
/// number, text, boolean or null.
using Figures = std::map<std::string, std::string>;

using FiguresByFile = std::map<std::string, Figures>;
/// Error{config} beyond 100,000 of them.
Figures flatten(const config::Params& values);

/// What the `metrics` of a version's stages hold.
struct Metrics {
  std::string version;  ///< "model-v1", "work tree"
  FiguresByFile files;
  std::vector<std::string> missing;  ///< declared, and in that version neither in git nor stored
};

/// Of a git revision, of a run (see open_version), or of the work tree. Files are found as `mlops
/// diff` finds predictions: in git, in a data set, among the outs of the lock; nothing is checked
/// out. A version without that pipeline file has none. Error{config} for a pipeline or a metrics
/// file that cannot be read; it names the version.
Metrics read_metrics(workspace::Workspace& workspace,
                     const std::optional<std::string>& revision,
                     const std::string& pipeline_file);

/// One figure of two versions; an empty text: not there.
struct FigureChange {
  std::string file;
  std::string name;
  std::string before;
  std::string after;
  std::optional<double> change;  ///< after less before, where both are numbers
};
/// All figures of either, by file and name; those that are equal, too.
std::vector<FigureChange> compare_figures(const FiguresByFile& before, const FiguresByFile& after);
std::vector<FigureChange> compare_metrics(const Metrics& before, const Metrics& after);

}  // namespace mlops::pipeline
