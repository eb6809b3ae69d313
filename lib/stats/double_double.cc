#include "stats/double_double.h"

#include <cmath>

namespace mlops::stats {

void DoubleDouble::add(double value) {
  const double sum = high_ + value;
  const double part = sum - high_;
  const double lost = (high_ - (sum - part)) + (value - part);
  const double low = low_ + lost;
  high_ = sum + low;
  low_ = low - (high_ - sum);
}

void DoubleDouble::add_product(double a, double b) {
  const double product = a * b;
  add(product);
  add(std::fma(a, b, -product));
}

DoubleDouble DoubleDouble::times(const DoubleDouble& other) const {
  DoubleDouble product;
  product.add_product(high_, other.high_);
  product.add(high_ * other.low_);
  product.add(low_ * other.high_);
  return product;
}

DoubleDouble DoubleDouble::times(double factor) const {
  DoubleDouble product;
  product.add_product(high_, factor);
  product.add_product(low_, factor);
  return product;
}

DoubleDouble DoubleDouble::minus(const DoubleDouble& other) const {
  DoubleDouble difference = *this;
  difference.add(-other.high_);
  difference.add(-other.low_);
  return difference;
}

}  // namespace mlops::stats
