#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mlops::stats {

/// Two ranked lists of items, best first; items are numbers, each at most once in a list
/// (definition B8). Nothing where a list is empty.

/// The share of the first k that both have, k no more than the shorter list.
std::optional<double> overlap_at(std::span<const std::uint32_t> a,
                                 std::span<const std::uint32_t> b,
                                 std::size_t k);
/// The items in both first k over those in either.
std::optional<double> jaccard_at(std::span<const std::uint32_t> a,
                                 std::span<const std::uint32_t> b,
                                 std::size_t k);
/// Rank-biased overlap, extrapolated (Webber 2010), to the depth of the shorter list.
std::optional<double> rank_biased_overlap(std::span<const std::uint32_t> a,
                                          std::span<const std::uint32_t> b,
                                          double p = 0.9);

/// Kendall's tau-b of two scores of the same items. Nothing where one side is all ties, or has
/// fewer than two items. Precondition: no NaN.
std::optional<double> kendall_tau_b(std::span<const double> a, std::span<const double> b);

/// Normalised discounted cumulative gain of the first k (0: all), gain relevance / log2(rank + 1).
/// As scikit-learn's ndcg_score: items of equal score share the mean of their gains. `others` are
/// relevances of items that the list leaves out: the ideal order has them too. Nothing where no
/// item is relevant. Precondition: no NaN, no negative relevance.
std::optional<double> ndcg(std::span<const double> relevance,
                           std::span<const double> scores,
                           std::size_t k = 0,
                           std::span<const double> others = {});

}  // namespace mlops::stats
