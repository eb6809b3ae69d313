#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/context.h"
#include "pipeline/metrics.h"

namespace mlops::metrics {

/// `[file.toml] [rev…]`, in any order: pipeline file and revisions.
std::pair<std::string, std::vector<std::string>> split_words(app::Context& context,
                                                             const std::vector<std::string>& words);

/// What a version declares and does not have, as warnings.
void warn_of_missing(app::Context& context, const pipeline::Metrics& metrics);

}  // namespace mlops::metrics
