#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::table {

/// How an element of an array lies in a file.
struct NpyType {
  enum class Kind : std::uint8_t { boolean, integer, natural, floating, utf32, bytes };
  Kind kind = Kind::bytes;
  bool is_big_endian = false;
  std::size_t size = 0;  ///< in bytes; never 0: rows that take no bytes could be any number
};

/// Values of one type side by side in each item of an array.
struct NpyField {
  std::string name;  ///< empty where the items are no records
  NpyType type;
  std::size_t offset = 0;  ///< in the item
  std::size_t count = 1;
  bool is_list = false;  ///< `count` is the length of an array within the item, also if it is 1
};

/// What an NPY file (formats 1.0, 2.0 and 3.0) says about itself, as far as it is a table.
struct NpyHeader {
  std::vector<NpyField> fields;  ///< one, or those of a record
  std::size_t item_size = 0;     ///< bytes
  bool is_fortran = false;
  std::vector<std::uint64_t> shape;  ///< one or two lengths
  std::uint64_t item_count() const { return shape[0] * (shape.size() == 2 ? shape[1] : 1); }
};

constexpr std::size_t kNpyPrelude = 12;  ///< as many bytes hold magic, version and header length
constexpr std::size_t kMaxNpyHeader = std::size_t{1} << 20U;

/// Where the header's text lies in the file.
struct NpyHeaderPlace {
  std::size_t begin = 0;
  std::size_t size = 0;
  bool is_utf8 = false;
};
/// From the first kNpyPrelude bytes, or all of a shorter file. `where` is how messages call it.
/// Error{config} for what is no NPY file, another version, or a header beyond kMaxNpyHeader.
NpyHeaderPlace find_npy_header(std::string_view prelude, const std::string& where);

/// Reads the header's text, a Python dictionary of three keys, and nothing that Python could run:
///
///     header = "{" *( string ":" value "," ) "}" *space
///     value  = string / "True" / "False" / tuple of natural numbers / list of fields
///     field  = "(" name "," type [ "," shape ] ")"
///
/// Error{config} for objects (they are pickles), complex numbers, times, nested records, and shapes
/// that are no table or whose size is beyond 2^63 bytes.
NpyHeader parse_npy_header(std::string_view text, const std::string& where);

}  // namespace mlops::table
