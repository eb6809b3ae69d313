#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/column_values.h"
#include "check/judge.h"
#include "check/pattern.h"

namespace mlops::check {

/// What [[check.NAME.column]] asks of each value by itself: one pass, memory that does not grow
/// with the rows.
class ColumnJudge final : public Judge, public Watcher {
 public:
  /// Error{config} for a regular expression that is not built.
  ColumnJudge(const policy::ColumnRule& rule, CheckedTable& table);
  void see(const Rows& rows) override;
  void conclude(std::vector<Outcome>& outcomes) override;
  bool is_there() const { return place_.has_value(); }
  const ColumnFacts& facts() const { return facts_; }

 private:
  /// One thing that is asked of every value.
  struct Question {
    Outcome outcome;
    std::function<bool(const table::Cell&)> holds;
    bool is_type = false;  ///< asked of NaN, too
    std::uint64_t broken = 0;
    std::vector<std::pair<std::uint64_t, std::string>> first;  ///< row and value
    std::uint64_t asked = 0;
  };
  /// Nearly all numbers: those of which nothing but a bound and being whole is asked, and which
  /// keep both. What this does not hold of, the questions decide.
  struct PlainNumbers {
    static PlainNumbers of(const policy::ColumnRule& rule);
    bool holds(double number) const {
      constexpr double kExact = 9007199254740992.0;  // 2^53
      return is_asked && number >= low && number <= high &&
             (!is_whole || (number < kExact && number > -kExact &&
                            static_cast<double>(static_cast<std::int64_t>(number)) == number));
    }
    bool is_asked = false;
    bool is_whole = false;
    double low = std::numeric_limits<double>::lowest();  // an infinity is counted apart
    double high = std::numeric_limits<double>::max();
  };
  void ask(std::string metric, std::string limit, std::function<bool(const table::Cell&)> holds);
  void ask_length();
  void ask_order();
  void see_value(const table::ScannedColumn& cells, std::size_t i, std::uint64_t row);
  void count(const table::Cell& cell);
  void conclude_share(std::vector<Outcome>& outcomes, std::string metric, std::uint64_t count);

  const policy::ColumnRule& rule_;
  CheckedTable& table_;
  PlainNumbers plain_;
  std::optional<std::size_t> place_;
  ColumnFacts facts_;
  std::unique_ptr<Pattern> pattern_;
  std::unique_ptr<AllowedValues> allowed_;
  std::optional<double> number_before_;
  std::string text_before_;
  std::vector<Question> questions_;
};

}  // namespace mlops::check
