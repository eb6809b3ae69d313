#include <utility>

#include "report/diff_report.h"
#include "report/openmetrics.h"
#include "report/rule_text.h"

namespace mlops::report {
namespace {

using Labels = Family::Labels;

std::string rows_of(const diff::Report& report) {
  Family family("mlops_diff_rows", "gauge", "Rows of a prediction set by how they were paired.");
  for (const diff::PredictionReport& set : report.predictions) {
    const diff::Counts& counts = set.counts;
    for (const auto& [kind, count] : {std::pair{"matched", counts.matched},
                                      std::pair{"only_old", counts.only_old},
                                      std::pair{"only_new", counts.only_new},
                                      std::pair{"changed", counts.changed}}) {
      family.add({{"set", set.set.name}, {"kind", kind}}, static_cast<double>(count));
    }
  }
  return family.text();
}

std::string metrics_of(const diff::Report& report) {
  Family values("mlops_diff_metric", "gauge", "A metric of one version, over all matched rows.");
  Family changes("mlops_diff_metric_change", "gauge", "New value of a metric minus its old one.");
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::Metric& metric : set.metrics) {
      const Labels labels{{"set", set.set.name}, {"metric", metric.name}};
      Labels of_version = labels;
      of_version.emplace_back("version", "old");
      values.add(of_version, metric.old_value);
      of_version.back().second = "new";
      values.add(of_version, metric.new_value);
      changes.add(labels, metric.change);
    }
  }
  return values.text() + changes.text();
}

}  // namespace

std::string diff_as_openmetrics(const diff::Report& report) {
  Family verdict("mlops_diff_verdict", "stateset", "The verdict of the whole comparison.");
  verdict.add_state({}, report.verdict);
  return verdict.text() + rows_of(report) + metrics_of(report) +
         rules_as_openmetrics(rule_list(report)) + "# EOF\n";
}

}  // namespace mlops::report
