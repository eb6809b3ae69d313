#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "table/csv_scan.h"

namespace {

using mlops::table::CsvScanner;
using mlops::table::CsvShape;
using mlops::table::Format;

// The shape, or nothing for a text that is refused.
std::optional<CsvShape> scan(std::string_view text, std::size_t piece) {
  CsvScanner scanner(Format::csv, "t.csv");
  try {
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      scanner.feed(text.substr(0, piece));
    }
    return scanner.finish();
  } catch (const mlops::Error& error) {
    if (error.kind() != mlops::ErrorKind::config) {
      std::abort();
    }
    return std::nullopt;
  }
}

}  // namespace

// However the bytes arrive, the scan finds the same, and a table that it accepts has a header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::optional<CsvShape> whole = scan(text, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}}) {
    const std::optional<CsvShape> pieces = scan(text, piece);
    if (whole.has_value() != pieces.has_value()) {
      std::abort();
    }
    if (whole && (whole->columns != pieces->columns || whole->rows != pieces->rows ||
                  whole->newline != pieces->newline ||
                  whole->has_quoted_newline != pieces->has_quoted_newline)) {
      std::abort();
    }
  }
  if (whole && whole->columns.empty()) {
    std::abort();
  }
  return 0;
}
