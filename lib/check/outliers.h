#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/baseline.h"
#include "check/checked_table.h"
#include "check/judge.h"
#include "check/value_counts.h"

namespace mlops::check {

/// Rule `outliers`: the share of a column's numbers beyond Tukey's outer fences, three times the
/// distance of the quartiles below the first and above the third. The fences are the baseline's
/// where it has the column, else the table's own.
class Outliers final : public Judge {
 public:
  Outliers(const policy::CheckRule& rule,
           const policy::Check& check,
           CheckedTable& table,
           const std::optional<Baseline>& baseline,
           SpillFile& file);
  void conclude(std::vector<Outcome>& outcomes) override;
  std::vector<std::string> notes() const override { return notes_; }
  /// Numbers and texts of two tables.
  std::size_t sorts() const override { return 4 * columns_.size(); }

 private:
  struct Fences {
    double low = 0;
    double high = 0;
    bool is_outside(double number) const { return number < low || number > high; }
    double beyond(double number) const { return number < low ? low - number : number - high; }
  };
  /// The rows of the least and the greatest numbers.
  class Extremes final : public Watcher {
   public:
    struct Extreme {
      double number = 0;
      std::uint64_t row = 0;
      std::string text;
    };
    Extremes(std::size_t place, std::optional<policy::ColumnType> type)
        : place_(place), type_(type) {}
    void see(const Rows& rows) override;
    const std::vector<Extreme>& least() const { return least_; }
    const std::vector<Extreme>& greatest() const { return greatest_; }

   private:
    static void offer(std::vector<Extreme>& kept,
                      double key,
                      const table::Cell& cell,
                      double number,
                      std::uint64_t row);
    std::size_t place_;
    std::optional<policy::ColumnType> type_;
    std::vector<Extreme> least_;     ///< ascending
    std::vector<Extreme> greatest_;  ///< descending
  };
  struct Column {
    std::string name;
    std::string problem;
    std::unique_ptr<ValueCounts> base;  ///< null: the fences are the table's own
    std::unique_ptr<ValueCounts> now;
    std::unique_ptr<Extremes> extremes;
  };
  void add(const std::string& name,
           const policy::Check& check,
           const std::optional<Baseline>& baseline,
           SpillFile& file);
  std::optional<Fences> fences_of(ValueCounts& counts, std::string& problem) const;
  Outcome judge(Column& column) const;
  void add_examples(const Column& column, const Fences& fences, Outcome& outcome) const;

  const policy::CheckRule& rule_;
  CheckedTable& table_;
  RowHasher hasher_;
  std::vector<Column> columns_;
  std::vector<std::string> notes_;
};

}  // namespace mlops::check
