#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/baseline.h"
#include "check/checked_table.h"
#include "check/judge.h"
#include "check/profile.h"
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
  static std::optional<double> r_of(const ProfilePair& moments);
  void see(const Rows& rows) override;
  Pair pair(std::size_t first, std::size_t second) const;
  /// What a profile keeps of them: 15 digits, which no order of rows decides. All 0 but the rows
  /// where they are beyond doubles.
  ProfilePair moments(std::size_t first, std::size_t second) const;

 private:
  struct Sums {
    std::uint64_t rows = 0;
    stats::DoubleDouble x;
    stats::DoubleDouble y;
    stats::DoubleDouble xx;
    stats::DoubleDouble yy;
    stats::DoubleDouble xy;
  };
  static std::size_t place_of(std::size_t first, std::size_t second);
  void add_whole(const std::vector<std::optional<double>>& values);
  void add_part(const std::vector<std::optional<double>>& values);
  Sums sums_of(std::size_t first, std::size_t second) const;

  std::vector<std::size_t> places_;
  /// Of rows with a number in each column: what a column adds is the same in all its pairs.
  struct Whole {
    std::uint64_t rows = 0;
    std::vector<stats::DoubleDouble> x;   ///< by column
    std::vector<stats::DoubleDouble> xx;  ///< by column
    std::vector<stats::DoubleDouble> xy;  ///< by pair
  } whole_;
  std::vector<Sums> part_;  ///< of all other rows, by pair first < second
};

/// Rule `correlation`: how far r of two columns is from the baseline's. A pair fails that is beyond
/// the limit and, by Fisher's z and after the correction, beyond chance.
class CorrelationChange final : public Judge {
 public:
  static constexpr std::size_t kMostColumns = 50;

  CorrelationChange(const policy::CheckRule& rule,
                    const policy::Check& check,
                    CheckedTable& table,
                    Baseline baseline);
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
  Correlations::Pair base_pair(std::size_t first, std::size_t second) const;
  Outcome outcome_of(const Change& change, double p) const;

  const policy::CheckRule& rule_;
  Baseline baseline_;
  std::vector<std::string> columns_;
  std::string problem_;
  std::optional<Correlations> base_;  ///< of a table
  std::optional<Correlations> now_;
};

}  // namespace mlops::check
