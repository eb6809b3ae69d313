#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/baseline.h"
#include "check/checked_table.h"
#include "check/judge.h"
#include "check/value_counts.h"

namespace mlops::check {

/// Rules `drift` and `skew`: how far the distribution of each column is from the baseline's, or
/// from another table's (definitions B14).
/// A column fails whose distance is beyond the limit and, after the correction over the columns of
/// the rule, beyond what so few rows vary by chance.
class Drift final : public Judge {
 public:
  Drift(const policy::CheckRule& rule,
        const policy::Check& check,
        CheckedTable& table,
        Baseline baseline,
        SpillFile& file);
  void conclude(std::vector<Outcome>& outcomes) override;
  /// Columns that only one table has, where the rule is about all.
  std::vector<std::string> notes() const override { return notes_; }
  /// Each column sorts numbers and texts of two tables.
  std::size_t sorts() const override { return 4 * columns_.size(); }

 private:
  struct Column {
    std::string name;
    std::optional<policy::ColumnType> type;  ///< where the policy says it
    Baseline::Counts counts;                 ///< or why there are none
    bool is_counted() const { return counts.problem.empty(); }
  };
  struct Finding {
    Outcome outcome;
    std::optional<double> p;
  };
  void add(const std::string& name, CheckedTable& table, SpillFile& file);
  void add_all(CheckedTable& table, SpillFile& file);
  std::string metric_of(std::string_view what) const;
  policy::DriftMethod method_of(const Column& column) const;
  Finding compare(Column& column) const;
  std::optional<Finding> compare_missing(const Column& column, policy::DriftMethod method) const;
  void decide(std::vector<Finding>& findings) const;

  const policy::CheckRule& rule_;
  const policy::Check& check_;
  Baseline baseline_;
  RowHasher hasher_;
  std::vector<Column> columns_;
  std::vector<std::string> notes_;
};

}  // namespace mlops::check
