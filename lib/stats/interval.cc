#include "stats/interval.h"

#include <algorithm>
#include <cmath>

#include "stats/normal.h"

namespace mlops::stats {

Interval wilson(std::uint64_t k, std::uint64_t n, double alpha) {
  const double z = two_sided_z(alpha);
  const double count = static_cast<double>(n);
  const double p = static_cast<double>(k) / count;
  const double z2 = z * z;
  const double centre = p + z2 / (2 * count);
  const double spread = z * std::sqrt(p * (1 - p) / count + z2 / (4 * count * count));
  const double scale = 1 + z2 / count;
  // At k = 0 and k = n the bound is exactly 0 or 1; rounding must not move it.
  return {k == 0 ? 0.0 : std::max(0.0, (centre - spread) / scale),
          k == n ? 1.0 : std::min(1.0, (centre + spread) / scale)};
}

Interval bonett_price(std::uint64_t b, std::uint64_t c, std::uint64_t n, double alpha) {
  const double z = two_sided_z(alpha);
  const double lost = static_cast<double>(b);
  const double won = static_cast<double>(c);
  const double adjusted_n = static_cast<double>(n) + 2;
  const double d = (won - lost) / adjusted_n;
  const double variance = ((lost + won + 2) / adjusted_n - d * d) / adjusted_n;
  const double spread = z * std::sqrt(std::max(0.0, variance));
  return {std::max(-1.0, d - spread), std::min(1.0, d + spread)};
}

}  // namespace mlops::stats
