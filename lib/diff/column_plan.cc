#include "diff/column_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"

namespace mlops::diff {
namespace {

enum class Need { both, one };

class Planner {
 public:
  Planner(table::Engine& engine, const table::Source& old_table, const table::Source& new_table)
      : old_table_(old_table),
        new_table_(new_table),
        old_names_(engine.columns(old_table)),
        new_names_(engine.columns(new_table)) {}

  /// Asks for a column; Error{config} where it is missing.
  PlannedColumn want(const std::string& name, Need need, std::string_view role) {
    PlannedColumn column{name, 0, has(old_names_, name), has(new_names_, name)};
    if (need == Need::both && !(column.in_old && column.in_new)) {
      const bool old_misses = !column.in_old;
      refuse(
          name, role, old_misses ? old_table_ : new_table_, old_misses ? old_names_ : new_names_);
    }
    if (!column.in_old && !column.in_new) {
      refuse(name, role, new_table_, new_names_);
    }
    auto& list = column.in_old && column.in_new ? both_ : one_;
    const auto found = std::find(list.begin(), list.end(), name);
    column.index = static_cast<std::size_t>(found - list.begin());
    if (found == list.end()) {
      list.push_back(name);
    }
    return column;
  }
  bool anywhere(const std::string& name) const {
    return has(old_names_, name) || has(new_names_, name);
  }
  /// Columns of both tables come first in a batch, then those of one.
  void settle(PlannedColumn& column) const {
    column.index += column.in_old && column.in_new ? 0 : both_.size();
  }
  std::vector<std::string> take_both() { return std::move(both_); }
  std::vector<std::string> take_one() { return std::move(one_); }

 private:
  static bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  [[noreturn]] static void refuse(const std::string& name,
                                  std::string_view role,
                                  const table::Source& source,
                                  const std::vector<std::string>& names) {
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) {
      hint = "the columns are " + join(names, ", ");
    }
    throw Error(ErrorKind::config,
                fmt::format("{} has no column {} ({})", quote(source.name), quote(name), role),
                std::move(hint));
  }

  const table::Source& old_table_;
  const table::Source& new_table_;
  std::vector<std::string> old_names_;
  std::vector<std::string> new_names_;
  std::vector<std::string> both_;
  std::vector<std::string> one_;
};

bool reads_for(const policy::DiffRule& rule, const policy::PredictionSet& set) {
  return !rule.predictions || *rule.predictions == set.name;
}

void add_slice(ColumnPlan& plan, Planner& planner, const std::string& name) {
  const bool known = std::any_of(plan.slices.begin(), plan.slices.end(), [&](const auto& column) {
    return column.name == name;
  });
  if (!known) {
    plan.slices.push_back(planner.want(name, Need::one, "slice"));
  }
}

/// Slices of the set must exist; those of rules are left to the rule.
void plan_slices(ColumnPlan& plan,
                 Planner& planner,
                 const policy::PredictionSet& set,
                 const policy::Safeguards& safeguards) {
  for (const std::string& slice : set.slices) {
    for (const std::string& name : policy::slice_columns(slice, set.name)) {
      add_slice(plan, planner, name);
    }
  }
  for (const std::string& feature : set.sensitive_features) {
    add_slice(plan, planner, feature);
  }
  std::vector<std::string> wanted;
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (!reads_for(rule, set)) {
      continue;
    }
    for (const std::string& slice : rule.slices) {
      const auto columns = policy::slice_columns(slice, rule.name);
      wanted.insert(wanted.end(), columns.begin(), columns.end());
    }
    if (rule.sensitive_feature) {
      wanted.push_back(*rule.sensitive_feature);
    }
  }
  for (const std::string& name : wanted) {
    if (planner.anywhere(name)) {
      add_slice(plan, planner, name);
    }
  }
}

}  // namespace

table::Duplicates duplicates_of(policy::OnDuplicates choice) {
  switch (choice) {
    case policy::OnDuplicates::error:
      return table::Duplicates::error;
    case policy::OnDuplicates::occurrence:
      return table::Duplicates::occurrence;
    case policy::OnDuplicates::drop:
      break;
  }
  return table::Duplicates::drop;
}

ColumnPlan plan_columns(table::Engine& engine,
                        const policy::PredictionSet& set,
                        const table::Source& old_table,
                        const table::Source& new_table,
                        const policy::Safeguards& safeguards) {
  Planner planner(engine, old_table, new_table);
  ColumnPlan plan;
  if (set.prediction) {
    plan.prediction = planner.want(*set.prediction, Need::both, "prediction");
  }
  for (const auto& [name, column] : set.probabilities) {
    plan.probabilities.push_back(planner.want(column, Need::both, "probability"));
  }
  if (set.label) {
    plan.label = planner.want(*set.label, Need::one, "label");
  }
  if (set.weight) {
    plan.weight = planner.want(*set.weight, Need::one, "weight");
  }
  plan_slices(plan, planner, set, safeguards);
  for (auto* column : {&plan.prediction, &plan.label, &plan.weight}) {
    if (*column) {
      planner.settle(**column);
    }
  }
  for (auto* list : {&plan.probabilities, &plan.slices}) {
    std::for_each(list->begin(), list->end(), [&](PlannedColumn& c) { planner.settle(c); });
  }
  plan.request.old_table = old_table;
  plan.request.new_table = new_table;
  plan.request.keys = set.key;
  plan.request.columns = planner.take_both();
  plan.request.optional_columns = planner.take_one();
  plan.request.duplicates = duplicates_of(safeguards.diff.duplicates);
  return plan;
}

}  // namespace mlops::diff
