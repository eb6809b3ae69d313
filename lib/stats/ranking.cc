#include "stats/ranking.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <unordered_set>
#include <vector>

#include "stats/summary.h"

namespace mlops::stats {
namespace {

std::size_t common_in_first(std::span<const std::uint32_t> a,
                            std::span<const std::uint32_t> b,
                            std::size_t k) {
  const std::unordered_set<std::uint32_t> first(a.begin(),
                                                a.begin() + static_cast<std::ptrdiff_t>(k));
  return static_cast<std::size_t>(
      std::count_if(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(k), [&](std::uint32_t item) {
        return first.contains(item);
      }));
}

double pairs(double n) {
  return n * (n - 1) / 2;
}

/// Pairs within runs of equal neighbours.
template <typename Equal>
double tied_pairs(const std::vector<std::size_t>& order, Equal equal) {
  double tied = 0;
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && equal(order[from], order[to])) {
      ++to;
    }
    tied += pairs(static_cast<double>(to - from));
    from = to;
  }
  return tied;
}

/// Sorts by merging and counts the pairs that stood the wrong way round.
double count_inversions(std::vector<double>& values) {
  std::vector<double> merged(values.size());
  double inversions = 0;
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t from = 0; from < values.size(); from += 2 * width) {
      const std::size_t middle = std::min(from + width, values.size());
      const std::size_t to = std::min(from + 2 * width, values.size());
      std::size_t left = from;
      std::size_t right = middle;
      for (std::size_t at = from; at < to; ++at) {
        const bool take_left = right == to || (left < middle && values[left] <= values[right]);
        inversions += take_left ? 0 : static_cast<double>(middle - left);
        merged[at] = values[take_left ? left++ : right++];
      }
    }
    values.swap(merged);
  }
  return inversions;
}

double discount(std::size_t rank) {
  return 1 / std::log2(static_cast<double>(rank) + 1);
}

double ideal_gain(std::vector<double> relevance, std::size_t k) {
  std::sort(relevance.begin(), relevance.end(), std::greater<>());
  Sum gain;
  for (std::size_t i = 0; i < relevance.size() && i < k; ++i) {
    gain.add(relevance[i] * discount(i + 1));
  }
  return gain.value();
}

}  // namespace

std::optional<double> overlap_at(std::span<const std::uint32_t> a,
                                 std::span<const std::uint32_t> b,
                                 std::size_t k) {
  k = std::min({k, a.size(), b.size()});
  if (k == 0) {
    return std::nullopt;
  }
  return static_cast<double>(common_in_first(a, b, k)) / static_cast<double>(k);
}

std::optional<double> jaccard_at(std::span<const std::uint32_t> a,
                                 std::span<const std::uint32_t> b,
                                 std::size_t k) {
  k = std::min({k, a.size(), b.size()});
  if (k == 0) {
    return std::nullopt;
  }
  const auto common = static_cast<double>(common_in_first(a, b, k));
  return common / (2 * static_cast<double>(k) - common);
}

std::optional<double> rank_biased_overlap(std::span<const std::uint32_t> a,
                                          std::span<const std::uint32_t> b,
                                          double p) {
  const std::size_t depth = std::min(a.size(), b.size());
  if (depth == 0) {
    return std::nullopt;
  }
  std::unordered_set<std::uint32_t> seen_a;
  std::unordered_set<std::uint32_t> seen_b;
  std::size_t common = 0;
  double weight = 1;  // p^d
  double agreement = 0;
  Sum sum;
  for (std::size_t d = 0; d < depth; ++d) {
    common += seen_b.contains(a[d]) ? 1U : 0U;
    seen_a.insert(a[d]);
    common += seen_a.contains(b[d]) ? 1U : 0U;
    seen_b.insert(b[d]);
    agreement = static_cast<double>(common) / static_cast<double>(d + 1);
    weight *= p;
    sum.add(agreement * weight);
  }
  return agreement * weight + (1 - p) / p * sum.value();
}

std::optional<double> kendall_tau_b(std::span<const double> a, std::span<const double> b) {
  const std::size_t n = a.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
    return a[x] != a[y] ? a[x] < a[y] : b[x] < b[y];
  });
  const double tied_a = tied_pairs(order, [&](auto x, auto y) { return a[x] == a[y]; });
  const double tied_both =
      tied_pairs(order, [&](auto x, auto y) { return a[x] == a[y] && b[x] == b[y]; });
  std::vector<double> values(n);
  std::transform(order.begin(), order.end(), values.begin(), [&](auto i) { return b[i]; });
  const double discordant = count_inversions(values);
  std::sort(order.begin(), order.end(), [&](auto x, auto y) { return b[x] < b[y]; });
  const double tied_b = tied_pairs(order, [&](auto x, auto y) { return b[x] == b[y]; });
  const double all = pairs(static_cast<double>(n));
  if (!(all - tied_a > 0) || !(all - tied_b > 0)) {
    return std::nullopt;
  }
  const double concordant_less_discordant = all - tied_a - tied_b + tied_both - 2 * discordant;
  return concordant_less_discordant / (std::sqrt(all - tied_a) * std::sqrt(all - tied_b));
}

std::optional<double> ndcg(std::span<const double> relevance,
                           std::span<const double> scores,
                           std::size_t k,
                           std::span<const double> others) {
  std::vector<double> all(relevance.begin(), relevance.end());
  all.insert(all.end(), others.begin(), others.end());
  const std::size_t depth = k == 0 ? all.size() : k;
  const double ideal = ideal_gain(std::move(all), depth);
  if (!(ideal > 0)) {
    return std::nullopt;
  }
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(
      order.begin(), order.end(), [&](auto x, auto y) { return scores[x] > scores[y]; });
  Sum gain;
  for (std::size_t from = 0; from < order.size() && from < depth;) {
    std::size_t to = from;
    Sum tied;
    double discounts = 0;
    while (to < order.size() && scores[order[to]] == scores[order[from]]) {
      tied.add(relevance[order[to]]);
      discounts += to < depth ? discount(to + 1) : 0;
      ++to;
    }
    gain.add(tied.value() / static_cast<double>(to - from) * discounts);
    from = to;
  }
  return gain.value() / ideal;
}

}  // namespace mlops::stats
