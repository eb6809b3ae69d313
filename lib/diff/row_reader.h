#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/cells.h"
#include "diff/column_plan.h"
#include "diff/label_codes.h"
#include "diff/samples.h"
#include "policy/predictions.h"

namespace mlops::diff {

/// What one version says about one row of a classification.
struct ClassAnswer {
  std::uint32_t prediction = kNoCode;
  std::vector<double> probabilities;  ///< NaN for null
  bool outside = false;               ///< a probability outside [0, 1], or none
  bool sum_off = false;               ///< more than 1e-3 away from 1
  bool tie = false;                   ///< the two largest are equal within 1e-12
};

/// Turns the cells of a classification into codes. Where the set names no prediction column, the
/// probabilities decide: the positive class from 0.5 on; of several classes the likeliest, of equal
/// ones the first column.
class ClassReader {
 public:
  ClassReader(const ColumnPlan& plan,
              const policy::PredictionSet& set,
              const table::Source& old_table,
              const table::Source& new_table);

  std::uint32_t label(const table::Cell& cell) { return classes_.code(cell); }
  /// Into `answer`, whose memory is used again.
  void answer(const RowRef& at, Side side, ClassAnswer& answer);
  /// What follows from the probabilities in `answer`; `prediction` where a column says it.
  void complete(ClassAnswer& answer, std::optional<std::uint32_t> prediction) const;
  bool is_right(std::uint32_t prediction, std::uint32_t label) const;
  std::string text(std::uint32_t code) const;

  LabelCodes& classes() { return classes_; }
  const std::vector<std::uint32_t>& probability_class() const { return probability_class_; }
  std::optional<std::size_t> positive_column() const { return positive_column_; }
  std::optional<std::uint32_t> positive() const { return positive_; }
  /// The code that kOtherCode stands for, from the labels seen. Error{config} when several could
  /// be.
  std::uint32_t other_class();

 private:
  std::uint32_t derive(const ClassAnswer& answer) const;
  void judge(ClassAnswer& answer) const;

  const ColumnPlan& plan_;
  const table::Source& old_table_;
  const table::Source& new_table_;
  LabelCodes classes_;
  std::vector<std::uint32_t> probability_class_;
  std::optional<std::size_t> positive_column_;
  std::optional<std::uint32_t> positive_;
};

/// A number of a cell: NaN for null; text is Error{config} with table and row.
double number_of(const table::Cell& cell,
                 const RowRef& at,
                 const std::string& column,
                 Side side,
                 const table::Source& source);

}  // namespace mlops::diff
