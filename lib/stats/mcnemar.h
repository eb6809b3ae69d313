#pragma once

#include <cstdint>

namespace mlops::stats {

/// P(X <= k) for X binomial with n trials of probability 1/2. Exact up to rounding (relative error
/// about 1e-13), whatever n: the terms are summed from the largest down.
double binomial_half_cdf(std::uint64_t k, std::uint64_t n);

struct McNemar {
  double p = 1;      ///< two-sided
  double mid_p = 1;  ///< two-sided, less conservative
};

/// McNemar's test of a paired change: b rows went from right to wrong, c from wrong to right.
/// Up to b + c = 10^6 the exact binomial test, mid-p = exact - P(X = min(b, c)), 1 where b = c;
/// above, chi-square with one degree of freedom, (|b - c| - 1)^2 / (b + c), and without the
/// continuity correction for mid-p, which is what it converges to. b + c = 0: both are 1.
McNemar mcnemar(std::uint64_t b, std::uint64_t c);

}  // namespace mlops::stats
