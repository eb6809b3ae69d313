#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "diff/class_sums.h"
#include "diff/class_totals.h"
#include "diff/collect.h"
#include "diff/field_codes.h"
#include "diff/kept_keys.h"
#include "diff/row_reader.h"
#include "diff/worst.h"
#include "table/row_pairs.h"

namespace mlops::diff {

/// Sums for each combination of values of some columns, found by one step a column.
class SumsByValues {
 public:
  explicit SumsByValues(std::size_t columns) : columns_(columns), nodes_(1) {}
  /// The sums of the rows with these codes; nothing for one combination too many.
  ClassSums* find(std::span<const std::uint32_t> codes);
  /// In the order in which they were met.
  std::deque<ClassTotals::Part>& parts() { return parts_; }

 private:
  static constexpr std::size_t kMostParts = 512;  ///< 45 KB each

  std::size_t columns_;
  std::vector<std::vector<std::uint32_t>> nodes_;  ///< next node or part by code + 1; 0: none yet
  std::deque<ClassTotals::Part> parts_;
};

/// What one thread sees of a classification, as sums: no row is kept. Throws Error{config} where
/// sums are not enough, or a cell cannot be used; the caller then begins again with rows.
class ClassStream final : public table::PairSink {
 public:
  /// All outlive it.
  ClassStream(const ColumnPlan& plan, const policy::PredictionSet& set, const ListedRows& rows);

  void matched(table::FieldTexts key,
               table::FieldTexts old_fields,
               table::FieldTexts new_fields) override;
  void single(table::TableSide side, table::FieldTexts key, table::FieldTexts fields) override;

 private:
  friend class StreamMerger;

  /// A column of slices.
  struct Slice {
    explicit Slice(const std::string& name);
    LabelCodes labels;
    FieldCodes fields;
    bool all_numbers = true;
  };
  void read(table::FieldTexts fields, ClassAnswer& answer, FieldCodes::Known& prediction);
  void count_oddities(const FieldCodes::Known& before, const FieldCodes::Known& after);
  std::uint32_t take_label(table::FieldTexts key,
                           table::FieldTexts old_fields,
                           table::FieldTexts new_fields);
  void take_slices(table::FieldTexts old_fields, table::FieldTexts new_fields);
  void add_to(ClassSums& sums, std::uint32_t label);
  void offer_row(table::FieldTexts key, std::uint32_t label);

  const ColumnPlan& plan_;
  ClassReader classes_;
  FieldCodes fields_;
  std::deque<Slice> slices_;
  std::vector<std::uint32_t> values_;  ///< codes of the current row, by slice
  ClassAnswer old_answer_;             ///< of the current row
  ClassAnswer new_answer_;
  SumsByValues sums_;
  ClassSums unlabelled_;
  DifferenceHistogram moved_;
  ScoreGrid grid_;
  WorstRows worst_;
  KeptKeys singles_{kSingleKeysShown};
  KeptKeys mismatch_{1};
  Observations seen_;  ///< only counts
};

}  // namespace mlops::diff
