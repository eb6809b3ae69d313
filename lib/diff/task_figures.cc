#include "diff/task_figures.h"

#include "diff/metrics_classification.h"
#include "diff/metrics_regression.h"
#include "diff/metrics_units.h"

namespace mlops::diff {

Counts counts_of(const Samples& samples,
                 const Selection& selection,
                 const policy::Tolerance& tolerance) {
  switch (samples.task) {
    case policy::Task::classification:
      return count_flips(samples, selection);
    case policy::Task::regression:
      return count_numbers(samples, selection, tolerance);
    default:
      break;
  }
  return count_units(samples, selection);
}

std::string main_gap(const Samples& samples) {
  switch (samples.task) {
    case policy::Task::classification:
      return "difference(accuracy)";
    case policy::Task::regression:
      return "difference(mean_absolute_error)";
    case policy::Task::ranking:
      return samples.has_labels ? "difference(ndcg)" : "";
    case policy::Task::text:
      return samples.has_labels ? "difference(label_similarity)" : "";
    default:
      break;
  }
  return {};
}

std::string worst_heading(const Samples& samples) {
  switch (samples.task) {
    case policy::Task::classification:
      return "";
    case policy::Task::regression:
      return samples.has_labels ? "|error| grew by" : "|difference|";
    case policy::Task::ranking:
      return samples.has_labels ? "ndcg fell by" : "1 - overlap";
    case policy::Task::text:
      return "1 - similarity";
    case policy::Task::embedding:
      return "1 - cosine";
    case policy::Task::tensor:
      break;
  }
  return "|difference|";
}

}  // namespace mlops::diff
