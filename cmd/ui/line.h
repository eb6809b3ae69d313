#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::ui {

enum class Style { plain, bold, dim, red, yellow, green, cyan };

/// A piece of a line, all of one style. The text moves no cursor: see escape_for_terminal.
struct Span {
  std::string text;
  Style style = Style::plain;
};
using Line = std::vector<Span>;

/// Columns that a line takes.
std::size_t width_of(const Line& line);
/// Without its styles.
std::string text_of(const Line& line);
/// At most `width` columns of it.
Line cut(const Line& line, std::size_t width);

/// `text`, which must be UTF-8, in at most `width` columns: what does not fit gives way to "…". Of
/// a path or a name the start says where and the end says what; of a sentence the start is enough.
enum class Keep { both_ends, start };
std::string shorten(std::string_view text, std::size_t width, Keep keep);

}  // namespace mlops::ui
