#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/judge.h"
#include "check/row_hash.h"

namespace mlops::check {

/// Rows that repeat an earlier one in some columns: the rule `duplicates`, a column's `unique`, the
/// key of the table. The figure is (rows - distinct rows) / rows.
class RepeatedRows final : public Judge, public Watcher {
 public:
  enum class Nulls {
    count,  ///< null is a value like others: duplicates
    skip,   ///< a row without any value repeats nothing: unique
  };
  struct Question {
    RuleResult rule;                   ///< without a verdict
    std::vector<std::string> columns;  ///< empty: all
    double max = 0;
    Nulls nulls = Nulls::count;
    bool as_count = false;  ///< the figure is a number of rows
  };
  RepeatedRows(Question question, CheckedTable& table, SpillFile& file);
  void see(const Rows& rows) override;
  void finish() override { seen_.finish(); }
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  Question question_;
  CheckedTable& table_;
  std::string missing_;  ///< a column that is not there
  std::vector<std::size_t> places_;
  RowHasher hasher_;
  HashedRows seen_;
  std::uint64_t rows_ = 0;
};

/// Rows with the same features and another label (rule `conflicts`). The figure is their share.
class ConflictingLabels final : public Judge, public Watcher {
 public:
  ConflictingLabels(const policy::CheckRule& rule,
                    const policy::Check& check,
                    CheckedTable& table,
                    SpillFile& file);
  void see(const Rows& rows) override;
  void finish() override { seen_.finish(); }
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  CheckedTable& table_;
  RuleResult rule_;
  double max_;
  std::optional<std::size_t> label_;
  std::vector<std::size_t> places_;
  RowHasher hasher_;
  HashedRows seen_;
};

/// The columns that a row's features are: those of the rule, or all but the key, the label and
/// `others`.
std::vector<std::string> feature_columns(const policy::CheckRule& rule,
                                         const policy::Check& check,
                                         const CheckedTable& table,
                                         const std::vector<std::string>& others = {});

}  // namespace mlops::check
