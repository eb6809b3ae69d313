#pragma once

namespace mlops::stats {

/// P(Z <= x) of the standard normal distribution.
double normal_cdf(double x);

/// The x with P(Z <= x) = p: Wichura's AS 241 (PPND16), about 1e-16 relative. 0 and 1 give the
/// infinities; outside [0, 1], and for NaN, the result is NaN.
double normal_quantile(double p);

/// z for a two-sided interval of confidence 1 - alpha: normal_quantile(1 - alpha / 2), without the
/// cancellation.
double two_sided_z(double alpha);

}  // namespace mlops::stats
