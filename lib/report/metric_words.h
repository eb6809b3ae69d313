#pragma once

#include <string>
#include <string_view>

namespace mlops::report {

/// What a figure of a rule is, for somebody who does not know its name.
struct MetricWords {
  std::string what;     ///< "the share of rows whose prediction is the label"
  std::string formula;  ///< "sum(w [p = y]) / sum(w)"; empty where the words say it all
};
/// Of a metric, of difference(METRIC) and ratio(METRIC), and of the rules of the house. Empty words
/// for a name that is none.
MetricWords words_of_metric(std::string_view metric);

}  // namespace mlops::report
