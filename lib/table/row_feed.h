#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "table/align_batch.h"
#include "table/duckdb_api.h"
#include "table/table_reader.h"

namespace mlops::table {

/// Some rows of one table with their numbers, in file order, as often as they are wanted.
class RowFeed {
 public:
  /// False: no further rows.
  using UseRow = std::function<bool(const Fields& fields, std::uint32_t row)>;

  virtual ~RowFeed() = default;
  /// Calls `use` for each row. The fields live until `end_of_rows`, which comes after at most 2,048
  /// of them. False when `use` wanted no more.
  virtual bool each(const UseRow& use, const std::function<void()>& end_of_rows) = 0;
};

/// All rows of a table.
class TableFeed final : public RowFeed {
 public:
  /// All but `limits` outlive it.
  TableFeed(const DuckDbApi& api,
            const OpenTable& table,
            const std::vector<std::size_t>& columns,
            const ReaderLimits& limits,
            const CancelToken& cancel)
      : api_(api), table_(table), columns_(columns), limits_(limits), cancel_(cancel) {}
  bool each(const UseRow& use, const std::function<void()>& end_of_rows) override;

 private:
  const DuckDbApi& api_;
  const OpenTable& table_;
  const std::vector<std::size_t>& columns_;
  ReaderLimits limits_;
  const CancelToken& cancel_;
};

}  // namespace mlops::table
