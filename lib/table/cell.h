#pragma once

#include <string>
#include <string_view>

#include "table/table.h"

namespace mlops::table {

/// The value of a field; `text` must outlive the cell. Empty: null. The number grammar is
///
///     [+-] ( int [ "." *digit ] / "." 1*digit ) [ ("e" / "E") [+-] 1*digit ]   int = "0" / 1-9
///     *digit
///     [+-] ( "nan" / "inf" / "infinity" )   in any case
///
/// over the whole field, in no locale. "007" is text: a code, not the number 7. A magnitude beyond
/// double is an infinity, below it 0; the text keeps what it was, and with it which number it is,
/// up to exponents of about 5e11: those beyond are the infinity itself.
Cell parse_cell(std::string_view text);

/// Appends the cell to a composite key: keys are equal byte for byte exactly where all their cells
/// are same_value. The cells stay apart whatever they hold.
void append_to_key(const Cell& cell, std::string& key);

}  // namespace mlops::table
