#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "table/cell_changes.h"
#include "table/mapped_csv.h"

namespace mlops::table {

/// Told of rows, in no order. One thread at a time.
class RowVisitor {
 public:
  virtual ~RowVisitor() = default;
  /// Two rows of one key. `is_same`: they are the same bytes, in columns of the same order.
  virtual void matched(std::string_view old_record, std::string_view new_record, bool is_same) = 0;
  /// A row that only one table has.
  virtual void single(TableSide side, std::string_view record) = 0;
};

struct MatchOptions {
  std::vector<std::size_t> old_keys;  ///< positions in the file; at least one
  std::vector<std::size_t> new_keys;
  unsigned threads = 1;
  std::size_t part_bytes = std::size_t{8} << 20U;  ///< that one thread takes at once
};

/// Two tables and what is asked of them; all of it outlives the search.
struct TablePair {
  const MappedCsv& old_table;
  const MappedCsv& new_table;
  const MatchOptions& options;
  const CancelToken& cancel;
  /// The same bytes are the same cells.
  bool has_same_layout() const {
    return old_table.columns == new_table.columns &&
           old_table.rules.delimiter == new_table.rules.delimiter;
  }
};

/// What came of it. Where `why_not` is not empty, the tables need the general reader, and what the
/// visitors were told is void.
struct MatchedRows {
  std::string why_not;  ///< "a quote", "a key that stands twice"
  std::uint64_t old_rows = 0;
  std::uint64_t new_rows = 0;
  std::uint64_t matched = 0;
  std::uint64_t only_old = 0;
  std::uint64_t only_new = 0;
};

/// Finds for each row of one table the row of the other that has its key; both tables are clean
/// (LineScanner) and hold no key twice, or `why_not` says what is in the way.
///
///   1. The walk, of tables whose rows stand in about one order; of others all rows are left over.
///      Both tables are cut into parts that begin with the same key, and the parts are walked side
///      by side. Rows of the same bytes cost one comparison. Where keys differ, the
///      smaller is alone as long as all keys seen ascend; else the next rows are searched for it.
///      A part whose rows are in no common order is given up. Rows without a partner are left over.
///   2. When all keys of both tables ascended, no key stands twice and what is left over is alone.
///   3. Else all rows of the old table go into RowSlots, which finds those that stand twice, and
///      what is left over of the new table is looked up there.
///
/// Keys are compared as bytes, which is same_value for keys that are spelled as canonical_label
/// spells them; one that is not ends it.
///
/// One visitor a thread, `visitors` has at least options.threads of them. Which visitor sees which
/// row, and in which order, is not defined; what the visitors are told together is.
MatchedRows match_rows(const TablePair& tables, const std::vector<RowVisitor*>& visitors);

}  // namespace mlops::table
