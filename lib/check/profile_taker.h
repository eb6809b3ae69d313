#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "check/check.h"
#include "check/checked_table.h"
#include "check/correlation.h"
#include "check/personal_tally.h"
#include "check/profile.h"
#include "check/row_hash.h"
#include "check/value_counts.h"
#include "policy/check_policy.h"

namespace mlops::check {

/// Counts what a profile keeps, while the table is read: each value exactly, whatever their number.
class ProfileTaker {
 public:
  /// All columns but the check's key. Error{config} for a column whose name is no UTF-8.
  ProfileTaker(const policy::Check& check,
               CheckedTable& table,
               const Profile::Key& key,
               SpillFile& file);
  ProfileTaker(const ProfileTaker&) = delete;
  ProfileTaker& operator=(const ProfileTaker&) = delete;
  std::size_t sorts() const { return 2 * columns_.size(); }
  /// After the scan.
  Profile take(const CancelToken& cancel);

 private:
  /// One column beside its counts: whether it looks personal, and its texts while they are few.
  class Column final : public Watcher {
   public:
    Column(const std::string& name,
           std::optional<policy::ColumnType> type,
           CheckedTable& table,
           const RowHasher& hasher,
           SpillFile& file);
    void see(const Rows& rows) override;
    ProfileColumn take();

   private:
    void see_name(const table::Cell& cell);
    std::string name_;
    std::optional<policy::ColumnType> type_;
    std::size_t place_;
    ValueCounts counts_;
    PersonalTally personal_;
    std::map<std::string, std::uint64_t, std::less<>> names_;
    bool are_few_ = true;
  };
  void want_pairs(const policy::Check& check);

  CheckedTable& table_;
  Profile::Key key_;
  RowHasher hasher_;
  std::vector<std::unique_ptr<Column>> columns_;
  std::vector<std::string> names_;   ///< of the columns
  std::vector<std::size_t> paired_;  ///< places of the columns that pairs are made of
  std::optional<Correlations> correlations_;
};

/// Reads a table once, to keep its profile. Columns are counted as the check describes them.
Profile take_profile(table::Engine& engine,
                     const policy::Check& check,
                     const TableInput& table,
                     const Profile::Key& key,
                     const CheckSettings& settings,
                     const CancelToken& cancel);

}  // namespace mlops::check
