#include "stats/binomial.h"

#include <algorithm>
#include <cmath>

namespace mlops::stats {
namespace {

double log_pmf(double k, double n, double p) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
         (n - k) * std::log1p(-p);
}

/// P(X >= k) by its terms, which fall from above the mean on.
double falling_tail(double k, double n, double p) {
  double term = 1;
  double total = 1;
  for (double i = k; i < n && term > total * 1e-18; ++i) {
    term *= (n - i) / (i + 1) * p / (1 - p);
    total += term;
  }
  return std::exp(log_pmf(k, n, p)) * total;
}

}  // namespace

double binomial_upper_tail(std::uint64_t k, std::uint64_t n, double p) {
  if (k == 0) {
    return 1;
  }
  if (k > n || p <= 0) {
    return 0;
  }
  if (p >= 1) {
    return 1;
  }
  const auto count = static_cast<double>(n);
  const auto hits = static_cast<double>(k);
  if (hits > count * p) {
    return std::min(1.0, falling_tail(hits, count, p));
  }
  // Below the mean the other tail is the short one: P(X <= k - 1) with the roles changed.
  return std::max(0.0, 1 - falling_tail(count - hits + 1, count, 1 - p));
}

}  // namespace mlops::stats
