#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/profile.h"
#include "check/value_counts.h"

namespace mlops::check {

/// What a table is compared with: another table, or the profile of one. A view; what it looks at
/// outlives it.
class Baseline {
 public:
  explicit Baseline(CheckedTable& table) : table_(&table) {}
  explicit Baseline(const Profile& profile) : profile_(&profile) {}

  bool has(const std::string& column) const;
  std::vector<std::string> columns() const;
  const std::string& name() const { return table_ != nullptr ? table_->name() : profile_->name; }
  TableFacts facts() const;
  CheckedTable* table() const { return table_; }       ///< null: it is a profile
  const Profile* profile() const { return profile_; }  ///< null: it is a table
  /// By which the texts of both are hashed.
  RowHasher hasher() const { return profile_ == nullptr ? RowHasher() : RowHasher(profile_->key); }

  /// The counts of a column that it has.
  std::unique_ptr<ValueCounts> count(const std::string& column,
                                     std::optional<policy::ColumnType> type,
                                     const RowHasher& hasher,
                                     SpillFile& file) const;
  struct Counts {
    std::unique_ptr<ValueCounts> base;
    std::unique_ptr<ValueCounts> now;
    const ProfileColumn* profile = nullptr;  ///< that base is of
    std::string problem;                     ///< why the two cannot be compared
  };
  /// Why the profile's counts of a column are not what the policy calls it now; empty: they are.
  std::string problem_of(const std::string& column, std::optional<policy::ColumnType> type) const;
  /// A column that both have, counted on both sides so that they can be compared.
  Counts count_both(const std::string& column,
                    std::optional<policy::ColumnType> type,
                    CheckedTable& now,
                    const RowHasher& hasher,
                    SpillFile& file) const;

 private:
  CheckedTable* table_ = nullptr;
  const Profile* profile_ = nullptr;
};

}  // namespace mlops::check
