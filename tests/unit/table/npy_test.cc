#include "table/npy.h"

#include <cmath>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

#include "codec/bytes.h"
#include "table/cell.h"
#include "table/npy_value.h"
#include "unit/table/npy_file.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

NpyHeader header_of(std::string_view text) {
  return parse_npy_header(text, "'x.npy'");
}

std::string header_refusal(std::string_view text) {
  const Error error = error_of([&] { header_of(text); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message().starts_with("'x.npy': "));
  return error.message().substr(9);
}

std::string type_refusal(std::string_view type) {
  return header_refusal("{'descr': '" + std::string(type) +
                        "', 'fortran_order': False, 'shape': (3,), }");
}

std::string shape_refusal(std::string_view shape) {
  return header_refusal("{'descr': '<f8', 'fortran_order': False, 'shape': " + std::string(shape) +
                        ", }");
}

std::string prelude_refusal(std::string_view bytes) {
  return error_of([&] { find_npy_header(bytes, "'x.npy'"); }).message();
}

/// The element as text, or "?" for what is none of its type.
std::string value_of(NpyType::Kind kind, std::string_view bytes, bool is_big_endian = false) {
  std::string text;
  const NpyType type{kind, is_big_endian, bytes.size()};
  return append_npy_value(type, codec::as_bytes(bytes), text) ? text : "?";
}

std::string half(std::uint16_t bits) {
  return value_of(NpyType::Kind::floating, test::bytes_of<std::uint16_t>({bits}));
}

}  // namespace

TEST_CASE("the header lies behind magic, version and length") {
  using namespace std::string_view_literals;
  const NpyHeaderPlace one = find_npy_header("\x93NUMPY\x01\x00\x76\x00{'"sv, "x");
  CHECK(one.begin == 10);
  CHECK(one.size == 0x76);
  CHECK_FALSE(one.is_utf8);
  const NpyHeaderPlace two = find_npy_header("\x93NUMPY\x02\x00\x01\x02\x01\x00"sv, "x");
  CHECK(two.begin == 12);
  CHECK(two.size == 0x10201);
  CHECK(find_npy_header("\x93NUMPY\x03\x00\x01\x00\x00\x00"sv, "x").is_utf8);
  CHECK(prelude_refusal("") == "'x.npy': no NPY file: it does not begin as one");
  CHECK(prelude_refusal("\x93NUMPX\x01\x00\x76\x00{'"sv) ==
        "'x.npy': no NPY file: it does not begin as one");
  CHECK(prelude_refusal("\x93NUMPY\x01\x00\x76"sv) == "'x.npy': the file is cut off in its header");
  CHECK(prelude_refusal("\x93NUMPY\x02\x00\x76\x00{"sv) ==
        "'x.npy': the file is cut off in its header");
  CHECK(prelude_refusal("\x93NUMPY\x04\x00\x76\x00{'"sv) ==
        "'x.npy': NPY format 4.0; 1.0, 2.0 and 3.0 can be read");
  CHECK(prelude_refusal("\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF"sv) ==
        "'x.npy': its header is longer than 1.0 MiB");
}

TEST_CASE("a header as numpy writes it") {
  const NpyHeader header =
      header_of("{'descr': '>f4', 'fortran_order': True, 'shape': (4, 2), }       \n");
  CHECK(header.is_fortran);
  CHECK(header.shape == std::vector<std::uint64_t>{4, 2});
  CHECK(header.item_size == 4);
  CHECK(header.item_count() == 8);
  REQUIRE(header.fields.size() == 1);
  CHECK(header.fields[0].type.kind == NpyType::Kind::floating);
  CHECK(header.fields[0].type.is_big_endian);
  CHECK(header_of("{\"shape\":(3,),\"descr\":\"<U5\",\"fortran_order\":False}").item_size == 20);
}

TEST_CASE("records have fields, lists of them, and gaps") {
  const NpyHeader header = header_of(
      "{'descr': [('id', '<i8'), ('', '|V3'), ('p', '<f4', (3,)), ('a\\'b', '|S2'), ('q', '<f4', "
      "(1,))], 'fortran_order': False, 'shape': (7,), }");
  REQUIRE(header.fields.size() == 4);
  CHECK(header.item_size == 8 + 3 + 12 + 2 + 4);
  CHECK(header.fields[1].name == "p");
  CHECK(header.fields[1].offset == 11);
  CHECK(header.fields[1].count == 3);
  CHECK(header.fields[1].is_list);
  CHECK(header.fields[2].name == "a'b");
  CHECK_FALSE(header.fields[2].is_list);
  CHECK(header.fields[3].is_list);
}

TEST_CASE("objects are refused: reading them would run a program") {
  CHECK(type_refusal("|O") == "it holds Python objects, which are programs and not read");
  CHECK(header_refusal("{'descr': [('a', '<i8'), ('b', '|O')], 'fortran_order': False, 'shape': "
                       "(3,), }") == "it holds Python objects, which are programs and not read");
}

TEST_CASE("types that are no values of a table are refused") {
  for (const char* type : {"<c16", "<M8[ns]", "<m8",   "|V4", "<f16",
                           "<f1",  "<i3",     "<u16",  "|b2", "<U0",
                           "|S0",  "",        "<",     "f",   "<f",
                           "<f8x", "<f-8",    "float", "<U",  "<f99999999999999999999"}) {
    CAPTURE(type);
    CHECK(type_refusal(type) == "type '" + std::string(type) + "' is none that can be read");
  }
  CHECK(type_refusal("<U99999999") == "an item is longer than 4.0 MiB");
}

TEST_CASE("shapes that are no table are refused") {
  CHECK(shape_refusal("()") == "an array of 0 dimensions; a table has one or two");
  CHECK(shape_refusal("(1, 2, 3)") == "an array of 3 dimensions; a table has one or two");
  CHECK(shape_refusal("(2305843009213693952,)") == "its shape is larger than any file");
  CHECK(shape_refusal("(99999999999999999999,)") == "its shape is larger than any file");
  CHECK(shape_refusal("(4294967296, 4294967296)") == "more than 32,768 columns");
  CHECK(shape_refusal("(288230376151711744, 4)") == "its shape is larger than any file");
  CHECK(shape_refusal("(-1,)") == "its header cannot be read");
  CHECK(shape_refusal("(" + std::string(100, '1') + "," + ")") ==
        "its shape is larger than any file");
  CHECK(header_refusal("{'descr': '<U100', 'fortran_order': False, 'shape': (1, 20000), }") ==
        "the row is longer than 4.0 MiB");
  CHECK(header_refusal("{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (3, 2), }") ==
        "records in two dimensions; a table has one");
}

TEST_CASE("headers that are no dictionary of three keys are refused") {
  for (const char* text : {"",
                           "{",
                           "{'descr'",
                           "{'descr': '<f8'",
                           "[]",
                           "{'descr': '<f8' 'shape': (3,)}",
                           "{'fortran_order': 1}",
                           "{'shape': 3}",
                           "{'shape': (3",
                           "{'shape': (3 4)}",
                           "{'descr': __import__('os')}",
                           "{descr: 1}",
                           "{'descr': [('a', '<i8') ('b', '<i8')]}",
                           "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), } x"}) {
    CAPTURE(text);
    CHECK(header_refusal(text) == "its header cannot be read");
  }
  CHECK(header_refusal("{}") == "its header lacks 'descr', 'fortran_order' or 'shape'");
  CHECK(header_refusal("{'descr': '<f8', 'shape': (3,)}") ==
        "its header lacks 'descr', 'fortran_order' or 'shape'");
  CHECK(header_refusal("{'descr': '<f8', 'descr': '<f8'}") ==
        "its header has the key 'descr', or has it twice");
  CHECK(header_refusal("{'shape': (3,), 'shape': (3,)}") ==
        "its header has the key 'shape', or has it twice");
  CHECK(header_refusal("{'other': (3,)}") == "its header has the key 'other', or has it twice");
  CHECK(header_refusal("{'descr': []}") == "its records have no fields");
  CHECK(header_refusal("{'descr': [('', '|V4')]}") == "its records have no fields");
  CHECK(header_refusal("{'descr': [(('t', 'a'), '<i8')]}") == "a field of its records has a title");
  CHECK(header_refusal("{'descr': [('a', [('b', '<i8')])]}") == "field 'a' holds records");
  CHECK(header_refusal("{'descr': [('a', '<i8', (2, 2))]}") == "field 'a' has 2 dimensions");
  CHECK(header_refusal("{'descr': [('a', '<i8', (999999999,))]}") ==
        "an item is longer than 4.0 MiB");
  CHECK(header_refusal("{'descr': [('', '|Vx')]}") == "type '|Vx' is none that can be read");
  CHECK(header_refusal("{'descr': [('\\x41', '<i8')]}") == "its header has a name with an escape");
}

TEST_CASE("numbers keep their digits, in both byte orders") {
  using Kind = NpyType::Kind;
  CHECK(value_of(Kind::integer, "\xFF") == "-1");
  CHECK(value_of(Kind::natural, "\xFF") == "255");
  CHECK(value_of(Kind::integer, test::bytes_of<std::int64_t>({9007199254740993})) ==
        "9007199254740993");
  CHECK(value_of(Kind::integer,
                 test::bytes_of<std::int64_t>({std::numeric_limits<std::int64_t>::min()})) ==
        "-9223372036854775808");
  CHECK(value_of(Kind::natural,
                 test::bytes_of<std::uint64_t>({std::numeric_limits<std::uint64_t>::max()})) ==
        "18446744073709551615");
  CHECK(value_of(Kind::natural, "\x01\x02", true) == "258");
  CHECK(value_of(Kind::natural, "\x01\x02") == "513");
  CHECK(value_of(Kind::integer, "\xFF\xFE", true) == "-2");
  CHECK(value_of(Kind::floating, test::bytes_of<double>({0.1})) == "0.1");
  CHECK(value_of(Kind::floating, test::bytes_of<float>({0.1F})) == "0.1");
  CHECK(value_of(Kind::floating, std::string("\x3F\xF0\0\0\0\0\0\0", 8), true) == "1");
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(value_of(Kind::floating, test::bytes_of<double>({-infinity})) == "-inf");
  CHECK(std::isnan(
      parse_cell(value_of(Kind::floating, test::bytes_of<double>({std::nan("")}))).number));
}

TEST_CASE("a half is the shortest decimal that lies at it") {
  CHECK(half(0x0000) == "0");
  CHECK(half(0x8000) == "-0");
  CHECK(half(0x3C00) == "1");
  CHECK(half(0xC000) == "-2");
  CHECK(half(0x2E66) == "0.1");
  CHECK(half(0x3555) == "0.3333");
  CHECK(half(0x7BFF) == "65500");
  CHECK(half(0x0001) == "6e-08");
  CHECK(half(0x0400) == "6.104e-05");
  CHECK(half(0x7C00) == "inf");
  CHECK(half(0xFC00) == "-inf");
  CHECK(half(0x7E00) == "nan");
}

TEST_CASE("every half is told from its neighbours") {
  double before = -1;
  for (std::uint32_t bits = 0; bits < 0x7C00; ++bits) {
    const Cell cell = parse_cell(half(static_cast<std::uint16_t>(bits)));
    REQUIRE(cell.kind == Cell::Kind::number);
    REQUIRE(cell.number > before);
    before = cell.number;
  }
}

TEST_CASE("texts lose the NULs that fill them up") {
  using Kind = NpyType::Kind;
  using namespace std::string_view_literals;
  CHECK(value_of(Kind::bytes, "ab\0\0"sv) == "ab");
  CHECK(value_of(Kind::bytes, "\0\0"sv) == "");
  CHECK(value_of(Kind::bytes, "a\0b"sv) == "?");
  CHECK(value_of(Kind::bytes, "\xFF"sv) == "?");
  CHECK(value_of(Kind::bytes, "\xC3\xA9"sv) == "\u00e9");
  CHECK(value_of(Kind::utf32, "a\0\0\0\xAC\x20\0\0\0\0\0\0"sv) == "a\u20ac");
  CHECK(value_of(Kind::utf32, "\0\0\0a\0\x01\xF6\0\0\0\0\xE9"sv, true) == "a\U0001F600\u00e9");
  CHECK(value_of(Kind::utf32, "\0\0\0\0a\0\0\0"sv) == "?");
  CHECK(value_of(Kind::utf32, "\0\xD8\0\0"sv) == "?");
  CHECK(value_of(Kind::utf32, "\0\0\x11\0"sv) == "?");
  CHECK(value_of(Kind::boolean, "\0"sv) == "false");
  CHECK(value_of(Kind::boolean, "\1"sv) == "true");
  CHECK(value_of(Kind::boolean, "\2"sv) == "?");
}

}  // namespace mlops::table
