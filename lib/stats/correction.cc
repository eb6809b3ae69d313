#include "stats/correction.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace mlops::stats {
namespace {

// Positions of the p-values from the smallest up; ties in the order given.
std::vector<std::size_t> ascending(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return p_values[a] < p_values[b];
  });
  return order;
}

}  // namespace

std::vector<double> holm(std::span<const double> p_values) {
  const std::vector<std::size_t> order = ascending(p_values);
  std::vector<double> adjusted(p_values.size());
  double running = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = p_values[order[rank]] * static_cast<double>(order.size() - rank);
    running = std::max(running, std::min(1.0, scaled));
    adjusted[order[rank]] = running;
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  const std::vector<std::size_t> order = ascending(p_values);
  std::vector<double> adjusted(p_values.size());
  double running = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t position = order[rank - 1];
    const double scaled =
        p_values[position] * static_cast<double>(order.size()) / static_cast<double>(rank);
    running = std::min(running, scaled);
    adjusted[position] = running;
  }
  return adjusted;
}

}  // namespace mlops::stats
