#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "table/mapped_csv.h"
#include "table/row_match.h"
#include "table/table.h"

namespace mlops::table {

/// How the work is shared; no result depends on it.
struct MatchThreads {
  unsigned count = 1;
  std::size_t part_bytes = std::size_t{8} << 20U;  ///< that one takes at once
};

/// Two tables for match_rows, or why they need the general reader.
struct MappedPair {
  std::string why_not;
  std::optional<MappedCsv> old_table;
  std::optional<MappedCsv> new_table;
  MatchOptions options;

  TablePair pair(const CancelToken& cancel) const {
    return {*old_table, *new_table, options, cancel};
  }
  /// What is said of the rows and columns.
  Alignment alignment(const MatchedRows& rows) const;
};

/// Errors as open_table_file.
MappedPair map_pair(const Source& old_table,
                    const Source& new_table,
                    const std::vector<std::string>& keys,
                    const MatchThreads& threads);

/// Positions of names in a file; fewer than there are names where one is missing.
std::vector<std::size_t> positions_of(const std::vector<std::string>& names,
                                      const std::vector<std::string>& columns);

}  // namespace mlops::table
