#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "check/checked_table.h"
#include "check/infer.h"
#include "check/personal_tally.h"
#include "check/row_hash.h"

namespace mlops::check {

/// Looks at one column whose rules are to be inferred.
class ColumnScout final : public Watcher {
 public:
  static constexpr std::size_t kMostValues = 20;  ///< of a set

  ColumnScout(const std::string& name, CheckedTable& table, SpillFile& file);
  void see(const Rows& rows) override;
  void finish() override { rows_.finish(); }
  SeenColumn seen(std::uint64_t rows);

 private:
  void see_number(double number);
  void see_text(std::string_view text);
  void see_time(std::string_view text, std::optional<std::int64_t> time);
  void see_set(const table::Cell& cell);
  std::optional<policy::ColumnType> type() const;
  bool is_unique();

  std::size_t place_;
  RowHasher hasher_;
  HashedRows rows_;
  SeenColumn seen_;
  std::uint64_t numbers_ = 0;  ///< infinities too
  std::uint64_t whole_ = 0;
  std::uint64_t texts_ = 0;
  std::uint64_t bools_ = 0;
  std::uint64_t dates_ = 0;
  std::uint64_t timestamps_ = 0;
  std::optional<std::int64_t> first_;
  std::optional<std::int64_t> last_;
  std::map<std::string, std::uint64_t> set_;
  bool is_set_ = true;
  PersonalTally personal_;
};

}  // namespace mlops::check
