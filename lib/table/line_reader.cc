#include "table/line_reader.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "table/csv_scan.h"

namespace mlops::table {

std::optional<std::string_view> LineReader::next() {
  line_.clear();
  for (;;) {
    const std::size_t end = rest_.find('\n');
    const std::string_view piece = rest_.substr(0, end);
    if (end != std::string_view::npos) {
      rest_.remove_prefix(end + 1);
      if (line_.empty()) {
        return take(piece);
      }
      append(piece);
      return take(line_);
    }
    append(piece);
    rest_ = text_.next();
    if (rest_.empty()) {
      return line_.empty() ? std::nullopt : std::optional(take(line_));
    }
  }
}

void LineReader::append(std::string_view piece) {
  if (line_.size() + piece.size() > kMaxRecordBytes) {
    throw Error(ErrorKind::config,
                fmt::format("{} line {}: the row is longer than {}",
                            quote(name_),
                            number_ + 1,
                            format_bytes(kMaxRecordBytes)));
  }
  line_.append(piece);
}

std::string_view LineReader::take(std::string_view line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  ++number_;
  if (number_ == 1 && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  return line;
}

}  // namespace mlops::table
