#pragma once

#include <optional>
#include <span>

namespace mlops::stats {

/// A compensated sum (Neumaier 1974): the error does not grow with the count. The result depends on
/// the order of the values alone, so callers add in file order.
class Sum {
 public:
  void add(double value);
  /// Infinities and NaN come out as plain addition gives them.
  double value() const;

 private:
  double sum_ = 0;
  double lost_ = 0;  ///< low-order parts that did not fit into sum_
};

double sum(std::span<const double> values);

/// Nothing for no values. Values that are NaN make the result NaN.
std::optional<double> mean(std::span<const double> values);

struct MinMax {
  double min = 0;
  double max = 0;
};
/// Nothing for no values. Precondition: no NaN.
std::optional<MinMax> min_max(std::span<const double> values);

/// The q-quantile, 0 <= q <= 1, with linear interpolation between the order statistics (type 7 of
/// Hyndman and Fan; numpy's default). Nothing for no values. Precondition: no NaN.
std::optional<double> quantile(std::span<const double> values, double q);
/// The same of values in ascending order: no copy, no sort.
std::optional<double> quantile_sorted(std::span<const double> sorted, double q);

}  // namespace mlops::stats
