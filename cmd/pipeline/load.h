#pragma once

#include <string>
#include <vector>

#include "app/context.h"
#include "config/params.h"
#include "pipeline/graph.h"
#include "pipeline/pipeline.h"

namespace mlops::pipeline {

/// A pipeline file of the work tree with its parameters. The graph points into the pipeline.
struct Loaded {
  Pipeline pipeline;
  config::Params params;
  std::vector<std::string> params_files = {};  ///< of ParamsAbove: from the top, or absolute
};

/// What of the command line stands above the parameter files, in this order.
struct ParamsAbove {
  std::vector<std::string> files;        ///< as typed where the user stands
  std::vector<std::string> assignments;  ///< "a.b=v"
};

/// `file` is relative to the top. Error{not_found} with the next step when it does not exist;
/// Error{usage} for an assignment to a parameter that no file has.
Loaded load_pipeline(app::Context& context, const std::string& file, const ParamsAbove& above = {});

/// Where all stages run instead of where the file says; empty: as it says.
struct Places {
  std::string environment;
  std::string pool;
};
/// Error{usage} with a suggestion for what the file does not have.
void choose_places(Pipeline& pipeline, const Places& places);

/// `mlops run X`: an argument that ends in .toml is the file, the others are stages.
struct Selection {
  std::string file = "pipeline.toml";
  std::vector<std::string> stages;
};
Selection split_words(app::Context& context, const std::vector<std::string>& words);

}  // namespace mlops::pipeline
