#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/cancel.h"
#include "diff/metrics.h"
#include "stats/interval.h"

namespace mlops::diff {

/// How an estimate would vary (definition B13), as far as it is known: an interval for any alpha.
class Spread {
 public:
  Spread() = default;
  /// Of the paired difference of two rates: b rows lost, c rows won, of n.
  static Spread bonett_price(std::uint64_t b, std::uint64_t c, std::uint64_t n);
  /// Of the rate k of n.
  static Spread wilson(std::uint64_t k, std::uint64_t n);
  /// Of bootstrap replicates; undefined ones are left out.
  static Spread replicates(std::vector<std::optional<double>> values);

  /// Nothing when unknown: no rows, or fewer than half of the replicates defined.
  std::optional<stats::Interval> at(double alpha) const;

 private:
  struct PairedRates {
    std::uint64_t b, c, n;
  };
  struct Rate {
    std::uint64_t k, n;
  };
  using Replicates = std::vector<std::optional<double>>;
  std::variant<std::monostate, PairedRates, Rate, Replicates> source_;
};

/// Paired bootstrap of many figures at once: each replicate draws rows once, for both versions and
/// all figures. How often it draws a row follows from the seed, the replicate and the row's key
/// alone, whatever the number of threads; the figures are called from several at once.
class Bootstrap {
 public:
  static constexpr std::uint32_t kReplicates = 1000;
  using Figure = std::function<OldNew(std::span<const double> weights)>;
  /// What `run` found for one figure.
  struct Result {
    Spread change;
    Spread new_value;
  };

  /// `rows`: a hash of each row's key; `base_weights`: empty, or one a row. Both outlive it.
  Bootstrap(std::span<const std::uint64_t> rows,
            std::span<const double> base_weights,
            std::uint64_t seed)
      : rows_(rows), base_weights_(base_weights), seed_(seed) {}
  /// The place of the figure among the results.
  std::size_t add(Figure figure);
  /// `threads`: 0, all processors.
  std::vector<Result> run(unsigned threads, const CancelToken& cancel) const;

 private:
  std::span<const std::uint64_t> rows_;
  std::span<const double> base_weights_;
  std::uint64_t seed_;
  std::vector<Figure> figures_;
};

}  // namespace mlops::diff
