#include "diff/elements.h"

#include <deque>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/builtin_rules.h"
#include "diff/collect.h"
#include "diff/column_plan.h"
#include "diff/element_counts.h"
#include "diff/table_bytes.h"

namespace mlops::diff {
namespace {

// The sinks of all threads.
class ElementSinks final : public table::ChangeSinks {
 public:
  explicit ElementSinks(const policy::DiffDefaults& defaults) : defaults_(defaults) {}
  table::ChangeSink& add() override { return sinks_.emplace_back(defaults_); }
  void clear() override { sinks_.clear(); }

  /// All of them in one.
  ElementSink merge(const std::vector<std::string>& columns) const {
    ElementSink all(defaults_);
    all.set_columns(columns);
    for (const ElementSink& sink : sinks_) {
      all.add(sink);
    }
    return all;
  }

 private:
  const policy::DiffDefaults& defaults_;
  std::deque<ElementSink> sinks_;
};

void add_columns(ElementReport& report,
                 const std::vector<std::string>& names,
                 const ElementSink& counted) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    report.columns.push_back(counted.columns()[i].finish(names[i]));
    report.changed_cells += report.columns.back().changed;
  }
  report.changed_rows = counted.changed_rows();
}

void judge(ElementReport& report,
           const Observations& seen,
           const policy::DiffDefaults& defaults,
           OtherKeys other_keys) {
  report.rules.push_back(judge_keys(seen, defaults, other_keys));
  report.rules.push_back(judge_nonfinite(seen, defaults));
  std::vector<policy::Verdict> effects;
  for (const RuleResult& rule : report.rules) {
    effects.push_back(rule.effect);
  }
  report.verdict = policy::combine(effects);
}

}  // namespace

ElementReport compare_elements(table::Engine& engine,
                               const CompareInput& input,
                               const policy::Safeguards& safeguards,
                               const CancelToken& cancel) {
  const UnchangedTables tables(input.old_table, input.new_table);
  const table::ChangeRequest request{
      input.old_table, input.new_table, input.set.key, duplicates_of(safeguards.diff.duplicates)};
  ElementSinks sinks(safeguards.diff);
  table::ChangeSummary summary = engine.find_changes(request, sinks, cancel);
  const table::Alignment& rows = summary.alignment;
  if (rows.matched == 0) {
    throw Error(ErrorKind::config,
                fmt::format("{} and {} have no row in common",
                            quote(input.old_table.name),
                            quote(input.new_table.name)),
                "check --key");
  }
  const ElementSink counted = sinks.merge(summary.columns);
  ElementReport report;
  report.old_name = input.old_name;
  report.new_name = input.new_name;
  report.key = input.set.key;
  report.tolerance = safeguards.diff.tolerance;
  report.path = summary.path;
  report.old_rows = rows.old_rows;
  report.new_rows = rows.new_rows;
  report.matched = rows.matched;
  report.only_old = rows.only_old;
  report.only_new = rows.only_new;
  report.added_columns = rows.added_columns;
  report.removed_columns = rows.removed_columns;
  report.findings = findings_of_rows(rows);
  add_columns(report, summary.columns, counted);
  Observations seen;
  seen.alignment = std::move(summary.alignment);
  seen.single_keys = counted.single_keys();
  for (const ElementColumn& column : report.columns) {
    seen.new_nonfinite += column.new_nonfinite;
  }
  judge(report, seen, safeguards.diff, input.other_keys);
  std::tie(report.old_sha256, report.new_sha256) = digests_of(input);
  tables.check();
  return report;
}

}  // namespace mlops::diff
