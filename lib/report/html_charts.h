#pragma once

#include <string>

#include "diff/result.h"

namespace mlops::report {

/// Pictures of a comparison as inline SVG or tables; sizes do not depend on the number of rows.

/// The change of a figure with its interval around zero, coloured when it excludes zero.
std::string change_bar(const diff::Metric& metric);
/// Old against new label with counts: a matrix, or with many labels the most frequent changes.
std::string transition_figure(const diff::PredictionReport& set);
/// Confidence against how often it was right, both versions.
std::string reliability_figure(const diff::PredictionReport& set);
std::string histogram_figure(const diff::Histogram& histogram);
/// Old against new score as shades of density.
std::string density_figure(const diff::PredictionReport& set);
/// Old and new value of one metric for each slice or group.
std::string slice_figure(const std::vector<diff::Slice>& slices,
                         const std::string& column,
                         const std::string& metric);

}  // namespace mlops::report
