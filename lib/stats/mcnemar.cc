#include "stats/mcnemar.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mlops::stats {
namespace {

constexpr std::uint64_t kExactLimit = 1'000'000;

// log(n!) minus Stirling's formula. Small n by the definition, where nothing cancels; the series
// (Abramowitz and Stegun 6.1.41) is exact to a double from 16 on.
double stirling_remainder(double n) {
  if (n < 16) {
    double log_factorial = 0;
    for (int i = 2; i <= static_cast<int>(n); ++i) {
      log_factorial += std::log(i);
    }
    const double stirling =
        n == 0 ? 0 : (n + 0.5) * std::log(n) - n + 0.5 * std::log(2 * std::numbers::pi);
    return log_factorial - stirling;
  }
  const double n2 = n * n;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / (1188 * n2)) / n2) / n2) / n2) /
         n;
}

// x·log(x/m) + m - x, without cancellation where x is near m (Loader 2000).
double deviance(double x, double m) {
  const double relative = (x - m) / m;
  if (std::abs(relative) > 0.1) {
    return x * std::log(x / m) + m - x;
  }
  // (1 + r)·log(1 + r) - r = sum of (-r)^k / (k·(k - 1)) for k >= 2
  double term = relative * relative;
  double total = 0;
  for (int k = 2; k < 40; ++k) {
    total += term / (k * (k - 1));
    term *= -relative;
  }
  return m * total;
}

// P(X = k) for n trials of 1/2 by log-gamma in Loader's form: the large logarithms that would
// cancel never appear.
double binomial_half_pmf(double k, double n) {
  if (k == 0 || k == n) {
    return std::exp2(-n);
  }
  const double rest = n - k;
  const double log_ratio = stirling_remainder(n) - stirling_remainder(k) -
                           stirling_remainder(rest) - deviance(k, n / 2) - deviance(rest, n / 2);
  return std::exp(log_ratio) * std::sqrt(n / (2 * std::numbers::pi * k * rest));
}

// The sum of P(X = i) for i <= k, where k is at or below the middle.
double lower_tail(double k, double n) {
  const double largest = binomial_half_pmf(k, n);
  double term = 1;
  double total = 1;
  for (double i = k; i > 0 && term > total * 1e-18; --i) {
    term *= i / (n - i + 1);
    total += term;
  }
  return largest * total;
}

double chi_square_1_tail(double x) {
  return std::erfc(std::sqrt(x / 2));
}

}  // namespace

double binomial_half_cdf(std::uint64_t k, std::uint64_t n) {
  if (k >= n) {
    return 1;
  }
  const double count = static_cast<double>(n);
  if (k <= n / 2) {
    return std::min(1.0, lower_tail(static_cast<double>(k), count));
  }
  return 1 - lower_tail(static_cast<double>(n - k - 1), count);
}

McNemar mcnemar(std::uint64_t b, std::uint64_t c) {
  if (b == c) {
    return {};
  }
  const std::uint64_t smaller = std::min(b, c);
  const std::uint64_t changed = b + c;
  const double n = static_cast<double>(changed);
  if (changed > kExactLimit) {
    const double gap = static_cast<double>(std::max(b, c) - smaller);
    return {chi_square_1_tail((gap - 1) * (gap - 1) / n), chi_square_1_tail(gap * gap / n)};
  }
  const double exact = 2 * binomial_half_cdf(smaller, changed);
  const double pmf = binomial_half_pmf(static_cast<double>(smaller), n);
  return {std::min(1.0, exact), std::min(1.0, exact - pmf)};
}

}  // namespace mlops::stats
