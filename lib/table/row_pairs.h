#pragma once

#include <span>
#include <string_view>

#include "table/cell_changes.h"

namespace mlops::table {

/// Fields of one row as its file has them, in the order of an AlignRequest: its columns, then its
/// optional ones. Empty: null, or a column that the table lacks.
using FieldTexts = std::span<const std::string_view>;

/// Told of rows side by side, in no order. Views are valid during the call only. One thread at a
/// time.
class PairSink {
 public:
  virtual ~PairSink() = default;
  /// Two rows of one key. Fields of the same bytes are the same value.
  virtual void matched(FieldTexts key, FieldTexts old_fields, FieldTexts new_fields) = 0;
  /// A row that only one table has.
  virtual void single(TableSide side, FieldTexts key, FieldTexts fields) = 0;
};

/// Where sinks come from; one is asked for per thread.
class PairSinks {
 public:
  virtual ~PairSinks() = default;
  /// Lives as long as this object.
  virtual PairSink& add() = 0;
  /// After the last row, when nothing was in the way; views into the files still are valid.
  virtual void finish() {}
};

}  // namespace mlops::table
