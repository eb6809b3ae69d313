#pragma once

#include <cstdint>

namespace mlops::stats {

/// P(X >= k) for X binomial with n trials of probability p; relative error about 1e-10.
double binomial_upper_tail(std::uint64_t k, std::uint64_t n, double p);

}  // namespace mlops::stats
