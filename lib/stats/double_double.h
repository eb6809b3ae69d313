#pragma once

namespace mlops::stats {

/// A sum of doubles with twice their digits (Dekker 1971, Knuth's two-sum): what is left of it
/// after rounding to a few digits depends on no order of the values. Finite values only.
class DoubleDouble {
 public:
  void add(double value);
  void add_product(double a, double b);
  double value() const { return high_ + low_; }
  DoubleDouble times(const DoubleDouble& other) const;
  DoubleDouble times(double factor) const;
  DoubleDouble minus(const DoubleDouble& other) const;

 private:
  double high_ = 0;
  double low_ = 0;
};

}  // namespace mlops::stats
