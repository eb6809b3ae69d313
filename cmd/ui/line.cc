#include "ui/line.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"

namespace mlops::ui {
namespace {

/// Bytes of the first characters of `text` that take at most `width` columns, with what combines
/// with the last of them.
std::size_t head_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const std::size_t length = decode_utf8(text.substr(bytes)).length;
    used += display_width(text.substr(bytes, length));
    if (used > width) {
      break;
    }
    bytes += length;
  }
  return bytes;
}

/// Likewise from the end: where the last characters begin that take at most `width` columns.
std::size_t tail_begin(std::string_view text, std::size_t width) {
  const std::size_t all = display_width(text);
  std::size_t begin = 0;
  std::size_t skipped = 0;
  while (begin < text.size()) {
    const std::size_t length = decode_utf8(text.substr(begin)).length;
    const std::size_t columns = display_width(text.substr(begin, length));
    // What combines with a letter that is gone goes, too.
    if (all - skipped <= width && columns > 0) {
      break;
    }
    skipped += columns;
    begin += length;
  }
  return begin;
}

}  // namespace

std::size_t width_of(const Line& line) {
  std::size_t width = 0;
  for (const Span& span : line) {
    width += display_width(span.text);
  }
  return width;
}

std::string text_of(const Line& line) {
  std::string text;
  for (const Span& span : line) {
    text += span.text;
  }
  return text;
}

Line cut(const Line& line, std::size_t width) {
  if (width_of(line) <= width) {
    return line;
  }
  Line kept;
  std::size_t left = width;
  for (const Span& span : line) {
    const std::size_t columns = display_width(span.text);
    if (columns >= left) {
      // One letter more, so that the mark stands there also where this piece alone would fit.
      kept.push_back({shorten(span.text + " ", left, Keep::start), span.style});
      break;
    }
    left -= columns;
    kept.push_back(span);
  }
  return kept;
}

std::string shorten(std::string_view text, std::size_t width, Keep keep) {
  if (display_width(text) <= width) {
    return std::string(text);
  }
  if (width == 0) {
    return "";
  }
  const std::size_t head = keep == Keep::start ? width - 1 : (width - 1) / 2;
  const std::size_t begin = keep == Keep::start ? text.size() : tail_begin(text, width - 1 - head);
  return std::string(text.substr(0, head_bytes(text, head))) + "…" +
         std::string(text.substr(begin));
}

}  // namespace mlops::ui
