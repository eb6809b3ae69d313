#include "diff/collect.h"

#include <utility>

#include "base/error.h"
#include "diff/collect_sums.h"
#include "diff/collector.h"
#include "diff/ranking.h"

namespace mlops::diff {
namespace {

// Figures of labels and numbers depend on no order; lists of rows and a search do.
bool may_come_in_any_order(const ColumnPlan& plan,
                           const policy::PredictionSet& set,
                           const ListedRows& rows) {
  const bool is_plain =
      set.task == policy::Task::classification || set.task == policy::Task::regression;
  return is_plain && rows.changed == 0 && rows.columns.empty() && plan.searched.empty();
}

// Nothing where the tables need the general reader. Cells that cannot be used, too, which that one
// names with their row.
std::optional<Collected> collect_fast(table::Engine& engine,
                                      const ColumnPlan& plan,
                                      const policy::PredictionSet& set,
                                      const policy::DiffDefaults& defaults,
                                      const ListedRows& rows,
                                      const CancelToken& cancel,
                                      table::ReadPath& path) {
  Collector collector(plan, set, defaults, rows);
  try {
    std::optional<table::Alignment> alignment = engine.align_in_any_order(
        plan.request,
        [&](const table::AlignedBatch& batch) { collector.take(batch); },
        cancel,
        path.why_not);
    if (!alignment) {
      return std::nullopt;
    }
    Collected collected = collector.finish(*std::move(alignment));
    collected.path.is_fast = true;
    return collected;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    path.why_not = "a cell that cannot be used";
    return std::nullopt;
  }
}

}  // namespace

Collected collect(table::Engine& engine,
                  const ColumnPlan& plan,
                  const policy::PredictionSet& set,
                  const policy::DiffDefaults& defaults,
                  const ListedRows& rows,
                  Keep keep,
                  const CancelToken& cancel) {
  if (set.task == policy::Task::ranking) {
    return collect_ranking(engine, plan, set, rows, cancel);
  }
  table::ReadPath path;
  if (keep == Keep::sums && may_be_summed(plan, set, rows)) {
    if (auto summed = collect_sums(engine, plan, set, rows, cancel, path.why_not)) {
      return *std::move(summed);
    }
  }
  if (!may_come_in_any_order(plan, set, rows)) {
    path.why_not = "what was asked for is told in the order of the keys";
  }
  // What the tables have against one of the fast ways they have against the other, too.
  if (path.why_not.empty()) {
    if (auto fast = collect_fast(engine, plan, set, defaults, rows, cancel, path)) {
      return *std::move(fast);
    }
  }
  Collector collector(plan, set, defaults, rows);
  table::Alignment alignment = engine.align(
      plan.request, [&](const table::AlignedBatch& batch) { collector.take(batch); }, cancel);
  Collected collected = collector.finish(std::move(alignment));
  collected.path = std::move(path);
  return collected;
}

}  // namespace mlops::diff
