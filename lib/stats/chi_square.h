#pragma once

namespace mlops::stats {

/// P(X > x) of the chi-square distribution with `degrees` > 0 degrees of freedom: the regularised
/// incomplete gamma function by its series or its continued fraction, about 1e-13 relative. x <= 0
/// gives 1; NaN gives NaN.
double chi_square_tail(double x, double degrees);

}  // namespace mlops::stats
