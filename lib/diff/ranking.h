#pragma once

#include "base/cancel.h"
#include "diff/collect.h"
#include "diff/column_plan.h"
#include "policy/predictions.h"
#include "policy/safeguards.h"
#include "table/table.h"

namespace mlops::diff {

/// Ranked lists (definition B8): the last key column is the item, those before it are the query
/// that a list belongs to, the prediction is the score and the label the relevance. The units of
/// the samples are the queries that both tables have; an item stands in the list of a version that
/// scores it. Equal scores are in the order of their items. A query that one table lacks is counted
/// as a row of one side. Slices, weight and further columns are those of the first item.
///
/// Holds all rows in memory. Error{config} for a negative relevance or an item that stands twice in
/// a list.
Collected collect_ranking(table::Engine& engine,
                          const ColumnPlan& plan,
                          const policy::PredictionSet& set,
                          const ListedRows& rows,
                          const CancelToken& cancel);

}  // namespace mlops::diff
