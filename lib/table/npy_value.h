#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "table/npy.h"

namespace mlops::table {

/// Appends an element as the text that a CSV file would have: whole numbers with all digits, the
/// shortest decimal that reads as the same number of its type, true and false, texts without the
/// NULs that fill them up. False for what is none of its type: a text that is no UTF-8 or has a NUL
/// within, a bool that is neither 0 nor 1. `bytes` are type.size.
bool append_npy_value(const NpyType& type, std::span<const std::uint8_t> bytes, std::string& text);

}  // namespace mlops::table
