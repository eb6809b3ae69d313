#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fuzz/harness.h"
#include "table/csv_scan.h"
#include "table/table_file.h"

namespace {

using namespace mlops;
using namespace mlops::table;

// The shape, or nothing for a text that is refused.
template <typename Scan>
std::optional<CsvShape> shape_of(const Scan& scan) {
  std::optional<CsvShape> shape;
  fuzz::expect_only({ErrorKind::config}, [&] { shape = scan(); });
  fuzz::require(!shape || !shape->columns.empty());
  return shape;
}

std::optional<CsvShape> scan(std::string_view text, std::size_t piece) {
  return shape_of([&] {
    CsvScanner scanner(Format::csv, "t.csv");
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      scanner.feed(text.substr(0, piece));
    }
    return scanner.finish();
  });
}

bool is_same(const std::optional<CsvShape>& a, const std::optional<CsvShape>& b) {
  return a.has_value() == b.has_value() &&
         (!a || (a->columns == b->columns && a->rows == b->rows && a->newline == b->newline &&
                 a->has_quoted_newline == b->has_quoted_newline));
}

}  // namespace

// However the bytes arrive, the scan finds the same, and a table that it accepts has a header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch kScratch;
  const auto text = fuzz::as_text(data, size);
  const auto whole = scan(text, size + 1);
  fuzz::require(is_same(whole, scan(text, 1)) && is_same(whole, scan(text, 3)));
  const Source source{kScratch.path() / "t.csv", "t.csv", Format::csv};
  fuzz::Scratch::write(source.path, text);
  const auto fd = open_table_file(source);
  fuzz::require(is_same(whole, shape_of([&] { return scan_csv(fd, source, CancelToken()); })));
  fuzz::expect_only({ErrorKind::config}, [&] {
    const auto header = scan_csv_header(fd, source);
    fuzz::require(!whole || header == whole->columns);
  });
  return 0;
}
