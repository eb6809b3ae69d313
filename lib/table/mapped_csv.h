#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/foreign_map.h"
#include "table/line_scanner.h"
#include "table/table.h"

namespace mlops::table {

/// A CSV or TSV file whose header is clean (see LineScanner), mapped into memory. `body` is what
/// stands behind the header: records, of which nothing is known yet.
struct MappedCsv {
  os::ForeignMap map;
  std::vector<std::string> columns;  ///< file order
  LineRules rules;
  std::string_view body;
};

/// Either the table, or why it needs the general reader.
struct MappedCsvOrNot {
  std::optional<MappedCsv> table;
  std::string why_not;  ///< "a quote in the header"
};

/// What CsvScanner would refuse is not refused here: that one says it better. Error{not_found} and
/// Error{config} as open_table_file.
MappedCsvOrNot map_csv(const Source& source);

}  // namespace mlops::table
