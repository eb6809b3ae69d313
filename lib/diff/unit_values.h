#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mlops::diff {

/// What is measured of one unit (a text, a vector, a ranked list) when it is read: the answers
/// themselves are not kept. NaN: there is no such figure of this unit, which metrics leave out. An
/// infinity: the unit is invalid, and so is every metric over it.

/// Of both versions together.
enum class PairValue : std::uint8_t {
  exact,  ///< texts: 1 or 0
  normalized,
  similarity,
  jaccard,
  length_ratio,
  newly_empty,
  cosine,  ///< vectors
  l2,
  relative_l2,
  mean_abs,
  max_abs,
  within,      ///< the share of elements that are equal within the tolerance
  square_sum,  ///< over elements that both vectors have as finite numbers; how many those are
  finite_elements,
  old_low,  ///< the smallest and largest of them in the old vector
  old_high,
  rbo,  ///< ranked lists
  overlap_at_10,
  jaccard_at_10,
  kendall_tau,
};
inline constexpr std::size_t kPairValues = 20;

/// Of one version against the label.
enum class OwnValue : std::uint8_t { label_exact, label_similarity, ndcg, ndcg_at_10 };
inline constexpr std::size_t kOwnValues = 4;

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInvalid = std::numeric_limits<double>::infinity();

/// One figure of each kind; those that a task does not have stay absent.
template <std::size_t N>
struct UnitRow {
  std::array<double, N> value{};
  std::array<bool, N> is_set{};
  template <typename Kind>
  void set(Kind kind, double figure) {
    value[static_cast<std::size_t>(kind)] = figure;
    is_set[static_cast<std::size_t>(kind)] = true;
  }
};

/// Columns of figures by unit; empty where a task does not have them.
template <std::size_t N>
struct UnitColumns {
  std::array<std::vector<double>, N> column;
  template <typename Kind>
  const std::vector<double>& of(Kind kind) const {
    return column[static_cast<std::size_t>(kind)];
  }
  void add(const UnitRow<N>& row) {
    for (std::size_t i = 0; i < N; ++i) {
      if (row.is_set[i]) {
        column[i].push_back(row.value[i]);
      }
    }
  }
};

using PairRow = UnitRow<kPairValues>;
using OwnRow = UnitRow<kOwnValues>;
using PairColumns = UnitColumns<kPairValues>;
using OwnColumns = UnitColumns<kOwnValues>;

}  // namespace mlops::diff
