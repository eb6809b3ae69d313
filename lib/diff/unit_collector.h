#pragma once

#include <cstdint>

#include "diff/changed_rows.h"
#include "diff/collect.h"
#include "diff/column_plan.h"
#include "diff/vector_measure.h"
#include "diff/worst.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// Rows whose answers are texts or vectors: each is measured when it is read, and not kept.
class UnitCollector {
 public:
  UnitCollector(const ColumnPlan& plan,
                const policy::PredictionSet& set,
                const policy::Tolerance& tolerance,
                WorstRows& worst,
                ChangedRows& changed,
                Collected& out)
      : plan_(plan),
        set_(set),
        tolerance_(tolerance),
        worst_(worst),
        changed_(changed),
        out_(out) {}

  /// Error{config} with table, column and row for a cell that is no vector.
  void take(const RowRef& at, std::uint64_t hash);

 private:
  void take_text(const RowRef& at, std::uint64_t hash);
  void take_vector(const RowRef& at, std::uint64_t hash);
  VectorValue vector_of(const RowRef& at, bool is_old) const;
  /// Lists the row: how far it is from equal, and what stands in it.
  void list(const RowRef& at, std::uint64_t hash, double badness, bool is_changed);
  std::string answer_text(const RowRef& at, bool is_old) const;

  const ColumnPlan& plan_;
  const policy::PredictionSet& set_;
  policy::Tolerance tolerance_;
  WorstRows& worst_;
  ChangedRows& changed_;
  Collected& out_;
};

}  // namespace mlops::diff
