#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlops::stats {

/// Distances between a baseline p and a new distribution q, from counts of the same cells. Nothing
/// where a side has no counts at all.

/// Counts of one cell: a category, or a bin.
struct CellCounts {
  std::uint64_t base = 0;
  std::uint64_t now = 0;
};

/// A distance and how often chance alone makes it as large: p is asymptotic.
struct Distance {
  double value = 0;
  double p = 1;
};

/// Population stability index: the sum of (q - p) ln(q / p), shares below 1e-4 taken for 1e-4. p by
/// Yurdakul 2018: value / (1/n + 1/m) is chi-square with cells - 1 degrees.
std::optional<Distance> psi(std::span<const CellCounts> cells);
/// Jensen-Shannon distance to base 2, the root of the divergence, in [0, 1]. p: 8 nm/(n+m) times
/// the divergence in nats is chi-square, too.
std::optional<Distance> js2(std::span<const CellCounts> cells);
/// The largest |p - q|. p as for Kolmogorov and Smirnov's distance, which bounds it.
std::optional<Distance> l_infinity(std::span<const CellCounts> cells);
/// Cramér's V of the table "which side" by cell, bias-corrected (Bergsma 2013); p of its chi-square
/// without continuity correction. Nothing for fewer than two cells with counts.
std::optional<Distance> cramers_v(std::span<const CellCounts> cells);
/// The same cells with the rarest ones merged into one, until at most a fifth of the expected
/// counts are below 5 or two cells are left. Cells without counts are dropped.
std::vector<CellCounts> merge_rare(std::span<const CellCounts> cells);

/// The share of rows, of both sides together, in cells of which fewer than 5 are expected on a
/// side: what merge_rare may make alike.
double rare_share(std::span<const CellCounts> cells);

/// 2 exp(-2 d^2 nm / (n + m)), at most 1: its inverse in alpha is c(alpha) sqrt((n + m) / nm), c =
/// sqrt(-ln(alpha / 2) / 2).
double smirnov_p(double d, std::uint64_t n, std::uint64_t m);

/// Kolmogorov and Smirnov's D and Wasserstein's first distance of two samples, fed with their
/// distinct values in ascending order. D looks right of each value, so ties are no difference.
class OrderedDistance {
 public:
  /// The sizes of the two samples, both above 0.
  OrderedDistance(std::uint64_t base_size, std::uint64_t now_size);
  void add(double value, std::uint64_t base_count, std::uint64_t now_count);
  Distance ks() const;
  /// Infinite where one sample has infinities that the other has not.
  double wasserstein() const { return area_; }

 private:
  double base_size_;
  double now_size_;
  std::uint64_t base_ = 0;
  std::uint64_t now_ = 0;
  double gap_ = 0;  ///< between the two functions, from the last value on
  double largest_ = 0;
  double area_ = 0;
  std::optional<double> last_;
};

}  // namespace mlops::stats
