#include "table/json_scan.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "table/json_table.h"
#include "table/line_reader.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kLinesPerLook = 1024;  // at the cancel token

[[noreturn]] void fail_empty(const Source& source) {
  throw Error(ErrorKind::config,
              fmt::format("{} is empty: without an object it has no columns", quote(source.name)));
}

}  // namespace

CsvShape scan_jsonl(const os::Fd& fd,
                    const Source& source,
                    const CancelToken& cancel,
                    os::TempFile* plain) {
  LineReader lines(fd, source, plain);
  JsonTable table(source.name);
  CsvShape shape;
  while (const std::optional<std::string_view> line = lines.next()) {
    if (lines.number() % kLinesPerLook == 0) {
      cancel.check();
    }
    shape.rows += table.take(*line, lines.number()) ? 1U : 0U;
  }
  if (shape.rows == 0) {
    fail_empty(source);
  }
  shape.columns = table.columns();
  return shape;
}

std::vector<std::string> scan_jsonl_header(const os::Fd& fd, const Source& source) {
  LineReader lines(fd, source);
  JsonTable table(source.name);
  while (const std::optional<std::string_view> line = lines.next()) {
    if (table.take(*line, lines.number())) {
      return table.columns();
    }
  }
  fail_empty(source);
}

}  // namespace mlops::table
