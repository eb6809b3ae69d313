#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mlops::ui {

/// `text` with lines of at most `width` columns, broken at spaces; a word that is longer stays
/// whole. What is broken off stands below the line's second column (what follows a gap of two
/// spaces), else two columns further in. No escape sequences in it. Width 0: as it is.
std::string fold(std::string_view text, std::size_t width);

/// The same for lines that may hold a command to type, as hints do: that stays whole, only what is
/// said behind it, "   (…)" or "; …", goes to a line of its own.
std::string fold_advice(std::string_view text, std::size_t width);

}  // namespace mlops::ui
