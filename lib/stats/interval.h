#pragma once

#include <cstdint>

namespace mlops::stats {

struct Interval {
  double low = 0;
  double high = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// Wilson score interval of a proportion k/n (Wilson 1927; Brown, Cai, DasGupta 2001). n > 0.
Interval wilson(std::uint64_t k, std::uint64_t n, double alpha);

/// Bonett and Price 2012, adjusted Wald interval of the paired difference of proportions
/// (c - b) / n: b = right → wrong, c = wrong → right. n > 0.
Interval bonett_price(std::uint64_t b, std::uint64_t c, std::uint64_t n, double alpha);

}  // namespace mlops::stats
