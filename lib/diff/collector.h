#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "diff/changed_rows.h"
#include "diff/collect.h"
#include "diff/kept_keys.h"
#include "diff/row_reader.h"
#include "diff/seen_codes.h"
#include "diff/slice_values.h"
#include "diff/unit_collector.h"
#include "diff/worst.h"

namespace mlops::diff {

/// Takes rows side by side, in any order, into columns. One thread.
class Collector {
 public:
  Collector(const ColumnPlan& plan,
            const policy::PredictionSet& set,
            const policy::DiffDefaults& defaults,
            const ListedRows& rows);

  void take(const table::AlignedBatch& batch);
  Collected finish(table::Alignment alignment);

 private:
  Version& old_version() { return out_.samples.old_version; }
  Version& new_version() { return out_.samples.new_version; }
  void take(const RowRef& at);
  void take_single(const RowRef& at);
  void take_unit(const RowRef& at, std::uint64_t hash);
  void take_label_check(const RowRef& at, std::uint64_t hash);
  void check_room() const;
  void take_slices(const RowRef& at);
  void take_weight(const RowRef& at);
  void take_number_columns(const RowRef& at);
  void list_single(const RowRef& at);
  void list_numbers(const RowRef& at, double o, double n);
  void list_classes(const RowRef& at,
                    std::optional<std::uint32_t> label,
                    const ClassAnswer& o,
                    const ClassAnswer& n);
  void take_numbers(const RowRef& at, std::uint64_t hash);
  void offer_number_row(const RowRef& at, std::uint64_t hash, double growth, double o, double n);
  void take_classes(const RowRef& at, std::uint64_t hash);
  void offer_class_row(const RowRef& at,
                       std::uint64_t hash,
                       std::uint32_t label,
                       const ClassAnswer& o,
                       const ClassAnswer& n);
  void finish_classes();
  void sort_rows();

  const ColumnPlan& plan_;
  ClassReader classes_;
  policy::Tolerance tolerance_;
  WorstRows worst_;
  ChangedRows changed_;
  std::vector<SliceValues> slices_;
  std::vector<std::uint64_t> hashes_;
  KeptKeys singles_{kSingleKeysShown};
  KeptKeys mismatch_{1};
  SeenCodes old_predicted_;
  SeenCodes new_predicted_;
  SeenCodes labels_seen_;
  ClassAnswer old_answer_;  ///< of the current row
  ClassAnswer new_answer_;
  Collected out_;
  UnitCollector units_;
};

}  // namespace mlops::diff
