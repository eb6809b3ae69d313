#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "diff/collect.h"
#include "diff/column_plan.h"
#include "policy/predictions.h"
#include "table/table.h"

namespace mlops::diff {

/// Of so few rows those figures, too, are shown that sums do not give.
inline constexpr std::uint64_t kFewRows = 20'000;

/// Whether sums over rows hold what is asked of a set: a classification whose rows all count 1 and
/// are not listed. Of its rules, rules.h says more.
bool may_be_summed(const ColumnPlan& plan,
                   const policy::PredictionSet& set,
                   const ListedRows& rows);

/// Reads both tables once, on several threads, and keeps sums in place of rows; the figures have
/// the same digits. Nothing where that does not do: `why_not` says what the tables have that the
/// fast reader does not take, or is empty where the rows themselves are needed.
std::optional<Collected> collect_sums(table::Engine& engine,
                                      const ColumnPlan& plan,
                                      const policy::PredictionSet& set,
                                      const ListedRows& rows,
                                      const CancelToken& cancel,
                                      std::string& why_not);

}  // namespace mlops::diff
