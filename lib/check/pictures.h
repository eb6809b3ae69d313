#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/baseline.h"
#include "check/checked_table.h"
#include "check/result.h"
#include "check/row_hash.h"
#include "check/value_counts.h"
#include "policy/check_policy.h"

namespace mlops::check {

/// Draws each column of the table, and the baseline's beside it. Each is counted exactly, so that
/// the picture of a large table is no sample's.
class PictureTaker {
 public:
  static constexpr std::size_t kBins = 16;

  PictureTaker(const policy::Check& check,
               CheckedTable& table,
               const std::optional<Baseline>& baseline,
               SpillFile& file);
  /// Numbers and texts of two tables.
  std::size_t sorts() const { return 4 * columns_.size(); }
  /// After the scans.
  std::vector<ColumnPicture> take(const CancelToken& cancel);

 private:
  struct Column {
    std::string name;
    const policy::ColumnRule* described = nullptr;
    std::unique_ptr<ValueCounts> now;
    std::unique_ptr<ValueCounts> base;  ///< null: there is none
  };
  void draw_numbers(Column& column, ColumnPicture& picture);
  void draw_values(Column& column, ColumnPicture& picture);

  RowHasher hasher_;
  std::unique_ptr<ValueCounts> nothing_;  ///< in place of a baseline
  std::vector<Column> columns_;
};

}  // namespace mlops::check
