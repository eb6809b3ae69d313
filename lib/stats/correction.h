#pragma once

#include <span>
#include <vector>

namespace mlops::stats {

/// Adjusted p-values, in the order given: reject what is <= alpha. All p must be in [0, 1].

/// Holm 1979: controls the chance of any false rejection. For rules that gate.
std::vector<double> holm(std::span<const double> p_values);

/// Benjamini and Hochberg 1995: controls the expected share of false ones among the rejected. For
/// lists that somebody reads.
std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace mlops::stats
