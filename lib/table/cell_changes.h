#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table/table.h"

namespace mlops::table {

enum class TableSide { old_table, new_table };

/// The fields of one column in two rows of one key. Empty is null.
struct CellTexts {
  std::size_t column = 0;  ///< of ChangeSummary::columns
  std::string_view old_text;
  std::string_view new_text;
};
using KeyTexts = std::vector<std::string_view>;

/// Told of rows, in no order. Views are valid during the call only. One thread at a time.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  /// The compared columns (ChangeSummary::columns), before anything else.
  virtual void set_columns(const std::vector<std::string>& columns) = 0;
  /// Two rows of one key with the cells whose bytes differ, at least one. Cells of the same bytes
  /// are the same value; whether others are the same is not looked at. Without key columns the key
  /// is "row 17", counted from 1.
  virtual void differs(const KeyTexts& key, std::span<const CellTexts> cells) = 0;
  /// The key of a row that only one table has.
  virtual void single(TableSide side, const KeyTexts& key) = 0;
};

/// Where sinks come from; one is asked for per thread.
class ChangeSinks {
 public:
  virtual ~ChangeSinks() = default;
  /// Lives until `clear` or the end of the search.
  virtual ChangeSink& add() = 0;
  /// What all sinks were told is void: it begins again.
  virtual void clear() = 0;
};

struct ChangeRequest {
  Source old_table;
  Source new_table;
  std::vector<std::string> keys;  ///< none: rows are paired by position
  Duplicates duplicates = Duplicates::error;
};

/// Which reader found the changes.
struct ReadPath {
  bool is_fast = false;
  std::string why_not;  ///< where it is not: "a quote"
};

struct ChangeSummary {
  Alignment alignment;
  std::vector<std::string> columns;  ///< compared: those of both tables but the key, in old order
  ReadPath path;
};

}  // namespace mlops::table
