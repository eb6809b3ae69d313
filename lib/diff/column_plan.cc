#include "diff/column_plan.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "policy/expression.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxSearched = 60;

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
  bool has(Side side, const std::string& name) const {
    return has(side == Side::old_version ? old_names_ : new_names_, name);
  }
  bool anywhere(const std::string& name) const {
    return has(old_names_, name) || has(new_names_, name);
  }
  /// How many columns NAME_0, NAME_1 … each table has.
  std::pair<std::size_t, std::size_t> widths(const std::string& name) const {
    const auto width = [&](const std::vector<std::string>& names) {
      const std::set<std::string_view> all(names.begin(), names.end());
      std::size_t count = 0;
      while (all.contains(fmt::format("{}_{}", name, count))) {
        ++count;
      }
      return count;
    };
    return {width(old_names_), width(new_names_)};
  }
  /// Of both tables, in the order of the old one.
  std::vector<std::string> all_names() const {
    std::vector<std::string> names = old_names_;
    std::copy_if(new_names_.begin(),
                 new_names_.end(),
                 std::back_inserter(names),
                 [&](const std::string& name) { return !has(old_names_, name); });
    return names;
  }
  bool everywhere(const std::string& name) const {
    return has(old_names_, name) && has(new_names_, name);
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

void add_numbers(ColumnPlan& plan, Planner& planner, const policy::ExpressionNode& node) {
  using Kind = policy::ExpressionNode::Kind;
  for (const policy::ExpressionNode& part : node.parts) {
    add_numbers(plan, planner, part);
  }
  if (node.kind != Kind::old_column && node.kind != Kind::new_column) {
    return;
  }
  const Side side = node.kind == Kind::old_column ? Side::old_version : Side::new_version;
  const bool is_known =
      std::any_of(plan.numbers.begin(), plan.numbers.end(), [&](const PlannedNumber& one) {
        return one.side == side && one.column.name == node.name;
      });
  if (!is_known && planner.has(side, node.name)) {
    plan.numbers.push_back({side, planner.want(node.name, Need::one, "expression")});
  }
}

/// The columns of expressions; those that are missing are left to the rule, as slices are.
void plan_numbers(ColumnPlan& plan,
                  Planner& planner,
                  const policy::PredictionSet& set,
                  const policy::Safeguards& safeguards) {
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (!reads_for(rule, set) || rule.parsed.kind != policy::MetricKind::expression) {
      continue;
    }
    if (const auto expression = policy::parse_expression(rule.metric)) {
      add_numbers(plan, planner, *expression);
    }
  }
}

bool is_used(const policy::PredictionSet& set, const std::string& name) {
  const bool is_key = std::find(set.key.begin(), set.key.end(), name) != set.key.end();
  const bool is_probability = std::any_of(set.probabilities.begin(),
                                          set.probabilities.end(),
                                          [&](const auto& one) { return one.second == name; });
  const bool is_element = set.prediction && name.starts_with(*set.prediction + "_");
  return is_key || is_probability || is_element || set.label == name || set.prediction == name ||
         set.weight == name;
}

void plan_search(ColumnPlan& plan,
                 Planner& planner,
                 const policy::PredictionSet& set,
                 const std::vector<std::string>& asked) {
  plan.first_searched = plan.slices.size();
  for (const std::string& wanted : asked) {
    std::vector<std::string> names{wanted};
    if (wanted == "*") {
      names = planner.all_names();
      std::erase_if(names, [&](const std::string& name) { return is_used(set, name); });
    }
    for (const std::string& name : names) {
      if (std::find(plan.searched.begin(), plan.searched.end(), name) == plan.searched.end()) {
        plan.searched.push_back(name);
        add_slice(plan, planner, name);
      }
    }
  }
  if (plan.searched.size() > kMaxSearched) {
    throw Error(ErrorKind::config,
                fmt::format("a search over {} columns crosses too many: at most {}",
                            plan.searched.size(),
                            kMaxSearched),
                "name the columns: --find-slices country,device");
  }
}

/// A column of lists, or columns NAME_0, NAME_1 …; Error{config} for neither.
PlannedVector plan_vector(Planner& planner, const std::string& name) {
  PlannedVector vector;
  std::tie(vector.old_width, vector.new_width) = planner.widths(name);
  const std::size_t width = std::min(vector.old_width, vector.new_width);
  if (width == 0 || planner.everywhere(name)) {
    vector.old_width = vector.new_width = 1;
    vector.is_packed = true;
    vector.columns.push_back(planner.want(name, Need::both, "prediction"));
    return vector;
  }
  for (std::size_t i = 0; i < width; ++i) {
    vector.columns.push_back(planner.want(fmt::format("{}_{}", name, i), Need::both, "prediction"));
  }
  return vector;
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
                        const policy::Safeguards& safeguards,
                        const AskedColumns& asked) {
  Planner planner(engine, old_table, new_table);
  ColumnPlan plan;
  const bool is_vector = set.task == policy::Task::embedding || set.task == policy::Task::tensor;
  if (set.prediction && is_vector) {
    plan.vector = plan_vector(planner, *set.prediction);
  } else if (set.prediction) {
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
  plan_numbers(plan, planner, set, safeguards);
  for (const std::string& name : asked.shown) {
    plan.extra.push_back(planner.want(name, Need::one, "shown"));
  }
  plan_search(plan, planner, set, asked.searched);
  for (auto* column : {&plan.prediction, &plan.label, &plan.weight}) {
    if (*column) {
      planner.settle(**column);
    }
  }
  for (auto* list : {&plan.probabilities, &plan.slices, &plan.extra, &plan.vector.columns}) {
    std::for_each(list->begin(), list->end(), [&](PlannedColumn& c) { planner.settle(c); });
  }
  for (PlannedNumber& one : plan.numbers) {
    planner.settle(one.column);
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
