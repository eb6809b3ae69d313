#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diff/samples.h"
#include "policy/expression.h"

namespace mlops::diff {

/// What an expression of the policy is over rows. As in SQL, what is computed with null is null,
/// and aggregates leave it out. A row that gives no finite number otherwise (a division by zero, a
/// NaN) leaves the whole without a figure: it is not averaged away.
class ExpressionFigure {
 public:
  /// Computes the aggregates' arguments for all rows; `samples` may go afterwards.
  ExpressionFigure(policy::ExpressionNode root, const Samples& samples);
  ExpressionFigure(const ExpressionFigure&) = delete;
  ExpressionFigure& operator=(const ExpressionFigure&) = delete;

  /// "the old table has no column 'score'"; empty when it has all.
  const std::string& missing() const { return missing_; }
  /// Why there is no figure although the columns are there: "n.score holds a text".
  const std::string& problem() const { return problem_; }
  /// Of an extreme value the bootstrap does not estimate the spread.
  bool has_extreme() const { return has_extreme_; }
  /// Weighted as other metrics are; nothing where it is undefined.
  std::optional<double> value(const Selection& selection) const;

 private:
  /// A value of each row.
  struct Column {
    std::vector<double> value;
    std::vector<std::uint8_t> is_null;
  };
  void prepare(const policy::ExpressionNode& node, const Samples& samples);
  Column rows_of(const policy::ExpressionNode& node, const Samples& samples);
  Column column_of(const policy::ExpressionNode& node, const Samples& samples);
  std::optional<double> value_of(const policy::ExpressionNode& node,
                                 const Selection& selection) const;
  std::optional<double> aggregate_of(const policy::ExpressionNode& node,
                                     const Selection& selection) const;

  policy::ExpressionNode root_;
  /// Of each aggregate: its argument by row, kNoValue for null, kInvalid for what is not finite.
  std::map<const policy::ExpressionNode*, std::vector<double>> arguments_;
  std::string missing_;
  std::string problem_;
  bool has_extreme_ = false;
};

}  // namespace mlops::diff
