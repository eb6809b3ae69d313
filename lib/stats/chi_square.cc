#include "stats/chi_square.h"

#include <cmath>
#include <limits>

namespace mlops::stats {
namespace {

constexpr double kPrecision = 1e-16;
constexpr int kMostTerms = 100'000;

/// exp(-x) x^a / Gamma(a).
double front_factor(double a, double x) {
  return std::exp(a * std::log(x) - x - std::lgamma(a));
}

/// The lower function; converges fast for x < a + 1.
double lower_series(double a, double x) {
  double term = 1 / a;
  double total = term;
  for (int i = 1; i < kMostTerms && term > total * kPrecision; ++i) {
    term *= x / (a + i);
    total += term;
  }
  return total * front_factor(a, x);
}

/// The upper function for x >= a + 1: Lentz's evaluation of the continued fraction.
double upper_fraction(double a, double x) {
  constexpr double kTiny =
      std::numeric_limits<double>::min() / std::numeric_limits<double>::epsilon();
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double result = d;
  for (int i = 1; i < kMostTerms; ++i) {
    const double numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    d = 1 / (std::abs(d) < kTiny ? kTiny : d);
    c = b + numerator / c;
    c = std::abs(c) < kTiny ? kTiny : c;
    const double change = d * c;
    result *= change;
    if (std::abs(change - 1) < kPrecision * 10) {
      break;
    }
  }
  return result * front_factor(a, x);
}

}  // namespace

double chi_square_tail(double x, double degrees) {
  if (std::isnan(x) || std::isnan(degrees) || degrees <= 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (x <= 0) {
    return 1;
  }
  if (std::isinf(x)) {
    return 0;
  }
  const double a = degrees / 2;
  const double half = x / 2;
  return half < a + 1 ? 1 - lower_series(a, half) : upper_fraction(a, half);
}

}  // namespace mlops::stats
