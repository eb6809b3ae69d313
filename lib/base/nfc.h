#pragma once

#include <string>
#include <string_view>

namespace mlops {

/// The text in Unicode's normalization form C (UAX 15, tables of Unicode 14). Bytes that are no
/// UTF-8 stay as they are and combine with nothing.
std::string nfc(std::string_view text);

/// See nfc_table.cc.
extern const char* const kCanonicalDecompositions;
extern const char* const kCombiningClasses;

}  // namespace mlops
