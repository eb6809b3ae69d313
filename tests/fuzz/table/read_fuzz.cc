#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"
#include "fuzz/harness.h"
#include "table/table_reader.h"

namespace {

using namespace mlops;
using namespace mlops::table;

using Rows = std::vector<std::vector<std::string>>;

/// What a text means that the scan accepted, in the plainest way: no reader but this one and DuckDB
/// is needed to see that both read the same.
Rows rows_of(std::string_view text, const CsvShape& shape) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  Rows rows(1, {""});
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = is_quoted && text.substr(i, 2) == "\"\"";
    if (text[i] == '"' && !escaped) {
      is_quoted = !is_quoted;
    } else if (text[i] == ',' && !is_quoted) {
      rows.back().emplace_back();
    } else if (text[i] == '\n' && !is_quoted) {
      rows.push_back({""});
    } else if (text[i] != '\r' || is_quoted) {
      rows.back().back() += text[i];
    }
    i += escaped ? 1U : 0U;
  }
  if (text.ends_with('\n')) {
    rows.pop_back();
  }
  rows.erase(rows.begin());
  if (shape.columns.size() > 1) {
    std::erase_if(rows, [](const auto& row) { return row.size() == 1; });
  }
  return rows;
}

void check(const Source& source, std::string_view text) {
  static const DuckDbApi kApi = load_duckdb(MLOPS_TEST_DUCKDB);
  const ReaderLimits limits{1, std::uint64_t{512} << 20U, {}};
  const OpenTable table = open_table(kApi, source, limits, CancelToken());
  fuzz::require(scan_csv_header(table.fd, source) == table.shape.columns);
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.shape.columns.size(); ++i) {
    columns.push_back(i);
  }
  Rows read;
  TableReader reader(kApi, table, columns, limits);
  std::vector<std::string_view> fields;
  while (reader.next()) {
    for (std::size_t row = 0; row < reader.row_count(); ++row) {
      reader.fields(row, fields);
      read.emplace_back(fields.begin(), fields.end());
    }
  }
  fuzz::require(is_utf8(text) && read == rows_of(text, table.shape));
}

}  // namespace

/// What the scan accepts, DuckDB reads, and as the scan means it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch kScratch;
  const Source source{kScratch.path() / "t.csv", "t.csv", Format::csv};
  fuzz::Scratch::write(source.path, fuzz::as_text(data, size));
  fuzz::expect_only({ErrorKind::config}, [&] { check(source, fuzz::as_text(data, size)); });
  return 0;
}
