#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "pipeline/metrics.h"

namespace mlops::report {

/// A figure of a metrics or parameter file as people read it: a text without its quotes.
std::string shown_figure(const std::string& figure);
/// "+0.05"; "new", "gone" or "changed" where it is no difference of numbers; empty: the same.
std::string figure_change_text(const pipeline::FigureChange& figure);
/// A figure as JSON; null for an empty text.
nlohmann::ordered_json figure_json(const std::string& figure);

}  // namespace mlops::report
