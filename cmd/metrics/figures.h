#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/context.h"
#include "pipeline/metrics.h"

namespace mlops::metrics {

/// `[file.toml] [rev…]`, in any order: pipeline file and revisions.
std::pair<std::string, std::vector<std::string>> split_words(app::Context& context,
                                                             const std::vector<std::string>& words);

/// What a version declares and does not have, as warnings.
void warn_of_missing(app::Context& context, const pipeline::Metrics& metrics);

/// A figure as JSON; null for an empty text.
nlohmann::ordered_json to_json(const std::string& figure);
/// "+0.05"; "new", "gone" or "changed" where it is no difference of numbers; empty: the same.
std::string change_text(const pipeline::FigureChange& figure);
/// As people read it: a text without its quotes.
std::string shown(const std::string& figure);

}  // namespace mlops::metrics
