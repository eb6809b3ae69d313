#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diff/column_plan.h"
#include "diff/label_codes.h"
#include "diff/samples.h"
#include "table/table.h"

namespace mlops::diff {

/// Collects the values of a slice column. Up to 12 different numbers, and all texts, are values of
/// their own; a column of more numbers becomes its quartiles (definition B11).
class SliceValues {
 public:
  static constexpr std::size_t kMaxNumbersAsLabels = 12;
  static constexpr std::size_t kMaxValues = 1000;
  static constexpr const char* kNone = "(none)";  ///< what null is called

  /// What more than 1,000 different texts are: an error, or a column without values.
  enum class TooMany { refuse, give_up };
  explicit SliceValues(std::string name, TooMany too_many = TooMany::refuse);
  /// Error{config} for more than 1,000 different texts.
  void add(const table::Cell& cell);
  /// The finished column, rows in the order of `add`.
  SliceColumn finish();

 private:
  void spill();
  void take(const table::Cell& cell);
  SliceColumn as_quartiles();

  std::string name_;
  LabelCodes labels_;
  std::vector<std::uint32_t> codes_;
  std::vector<double> code_numbers_;  ///< code → number, while all are numbers
  std::vector<double> numbers_;       ///< by row, once there are too many to be labels
  bool all_numbers_ = true;
  bool spilled_ = false;
  TooMany too_many_;
  bool has_given_up_ = false;
};

/// One for each column of slices that a plan reads. Those that are only searched may have too many
/// values.
std::vector<SliceValues> slice_values_of(const ColumnPlan& plan);

}  // namespace mlops::diff
