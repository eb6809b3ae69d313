#include "report/check_report.h"
#include "report/openmetrics.h"
#include "report/rule_text.h"

namespace mlops::report {

std::string check_as_openmetrics(const check::Report& report) {
  Family verdict("mlops_check_verdict", "stateset", "The verdict of a check.");
  Family rows("mlops_check_rows", "gauge", "Rows of the table of a check.");
  for (const check::CheckReport& check : report.checks) {
    const Family::Labels labels{{"check", check.name}, {"table", check.table.name}};
    verdict.add_state(labels, check.verdict);
    rows.add(labels, static_cast<double>(check.table.rows));
  }
  return verdict.text() + rows.text() + rules_as_openmetrics(rule_list(report, Values::hidden)) +
         "# EOF\n";
}

}  // namespace mlops::report
