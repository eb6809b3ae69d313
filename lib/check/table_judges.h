#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"

namespace mlops::check {

/// The described columns stand in the table in the order of their descriptions.
class ColumnOrder final : public Judge {
 public:
  ColumnOrder(const policy::Check& check, const CheckedTable& table);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  const policy::Check& check_;
  const CheckedTable& table_;
};

/// Rule `skew`: two tables have the same features. Label and key are none.
class SameColumns final : public Judge {
 public:
  SameColumns(const policy::CheckRule& rule,
              const policy::Check& check,
              const CheckedTable& table,
              const CheckedTable& against);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  RuleResult rule_;
  std::uint64_t columns_ = 0;
  std::vector<std::string> missing_;  ///< "'against.csv' has no column 'x'"
};

/// Rule `rows`.
class RowCount final : public Judge {
 public:
  RowCount(const policy::CheckRule& rule, const CheckedTable& table) : rule_(rule), table_(table) {}
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  const policy::CheckRule& rule_;
  const CheckedTable& table_;
};

/// No row lacks a part of the table's key.
class KeyNulls final : public Judge, public Watcher {
 public:
  KeyNulls(const policy::Check& check, CheckedTable& table);
  void see(const Rows& rows) override;
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  const policy::Check& check_;
  CheckedTable& table_;
  std::vector<std::size_t> places_;
  std::uint64_t nulls_ = 0;
  std::vector<std::uint64_t> first_;
};

/// A rule that cannot be judged for want of a table.
class NoEvidence final : public Judge {
 public:
  NoEvidence(RuleResult rule, std::string reason);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  RuleResult rule_;
};

}  // namespace mlops::check
