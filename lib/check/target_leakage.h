#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"
#include "check/row_hash.h"
#include "check/spill_sort.h"

namespace mlops::check {

/// How often a value stands with a label.
struct LabelledCount {
  std::uint64_t value = 0;
  std::uint64_t label = 0;
  std::uint64_t count = 0;
  bool operator<(const LabelledCount& other) const {
    return value != other.value ? value < other.value : label < other.label;
  }
};
inline void merge_equal(LabelledCount& into, const LabelledCount& from) {
  into.count += from.count;
}

/// Rule `target_leakage`: what one feature alone says of the label (definitions B15). Of numbers
/// the area under the curve, of each label against the rest; of all values the gain in accuracy of
/// the rule "the label that most other rows with this value have" over always saying the commonest
/// one. Each row is judged by the others, so that a value that stands once tells nothing.
class TargetLeakage final : public Judge, public Watcher {
 public:
  static constexpr std::size_t kMostLabels = 100;

  TargetLeakage(const policy::CheckRule& rule,
                const policy::Check& check,
                CheckedTable& table,
                SpillFile& file);
  void see(const Rows& rows) override;
  void finish() override;
  void conclude(std::vector<Outcome>& outcomes) override;
  /// Numbers and texts of each column.
  std::size_t sorts() const override { return 2 * columns_.size(); }

 private:
  using Counts = std::vector<std::uint64_t>;  ///< by label
  struct Column {
    Column(std::string called, std::size_t at, SpillFile& file)
        : name(std::move(called)), place(at), numbers(file), texts(file) {}
    std::string name;
    std::size_t place;
    SpillSort<LabelledCount> numbers;
    SpillSort<LabelledCount> texts;
    Counts nulls;
    Counts nans;
  };
  std::optional<std::size_t> label_at(const table::Cell& cell);
  void see_value(Column& column, const table::Cell& cell, std::size_t label);
  std::string problem() const;
  std::optional<double> area(Column& column) const;
  double gain(Column& column) const;

  const policy::CheckRule& rule_;
  double max_;
  std::string problem_;
  std::size_t label_ = 0;
  std::map<std::string, std::size_t> labels_;
  Counts totals_;
  RowHasher hasher_;
  std::vector<std::unique_ptr<Column>> columns_;
};

}  // namespace mlops::check
