#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"
#include "stats/double_double.h"

namespace mlops::check {

/// Pearson's r of each pair of columns, over the rows that have a finite number in both.
class Correlations final : public Watcher {
 public:
  /// Nothing where a column is constant or fewer than two rows have both.
  struct Pair {
    std::uint64_t rows = 0;
    std::optional<double> r;
  };
  Correlations(const std::vector<std::string>& columns, CheckedTable& table);
  void see(const Rows& rows) override;
  Pair pair(std::size_t first, std::size_t second) const;

 private:
  struct Sums {
    std::uint64_t rows = 0;
    stats::DoubleDouble x;
    stats::DoubleDouble y;
    stats::DoubleDouble xx;
    stats::DoubleDouble yy;
    stats::DoubleDouble xy;
  };
  std::size_t place_of(std::size_t first, std::size_t second) const;
  std::vector<std::size_t> places_;
  std::vector<Sums> sums_;  ///< of the pairs first < second
};

/// Rule `correlation`: how far r of two columns is from the baseline's. A pair fails that is beyond
/// the limit and, by Fisher's z and after the correction, beyond chance.
class CorrelationChange final : public Judge {
 public:
  static constexpr std::size_t kMostColumns = 50;

  CorrelationChange(const policy::CheckRule& rule,
                    const policy::Check& check,
                    CheckedTable& table,
                    CheckedTable& baseline);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  struct Change {
    std::string columns;
    double base = 0;
    double now = 0;
    std::uint64_t rows = 0;  ///< of the smaller side
    double p = 1;
    double size() const;
  };
  std::vector<Change> changes() const;
  Outcome outcome_of(const Change& change, double p) const;

  const policy::CheckRule& rule_;
  std::vector<std::string> columns_;
  std::string problem_;
  std::optional<Correlations> base_;
  std::optional<Correlations> now_;
};

}  // namespace mlops::check
