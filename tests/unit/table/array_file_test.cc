#include "table/array_file.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "table/table_reader.h"
#include "table/text_stream.h"
#include "unit/table/npy_file.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

using test::bytes_of;
using test::npy_of;
using test::zip_of;
using test::ZipEntry;
using Entries = std::vector<ZipEntry>;

const ReaderLimits& array_limits() {
  static const test::TempDir temp;
  static const ReaderLimits limits{1, std::uint64_t{512} << 20U, temp / ""};
  return limits;
}

/// "a,b\n1,2\n": columns, then rows, of those columns (all: none named).
std::string table_of(const std::string& name,
                     std::string_view bytes,
                     std::vector<std::size_t> columns = {}) {
  const test::TempDir temp;
  test::write_file(temp / name, bytes);
  const OpenTable table =
      open_table(DuckDbApi{}, source_at(temp / name, name), array_limits(), CancelToken());
  for (std::size_t i = columns.size(); i < table.shape.columns.size(); ++i) {
    columns.push_back(i);
  }
  std::string text;
  for (const std::string& column : table.shape.columns) {
    text += column + ",";
  }
  TableReader reader(DuckDbApi{}, table, columns, array_limits());
  std::vector<std::string_view> fields;
  while (reader.next()) {
    for (std::size_t row = 0; row < reader.row_count(); ++row) {
      reader.fields(row, fields);
      text += "\n";
      for (const std::string_view field : fields) {
        text.append(field).append(",");
      }
    }
  }
  return text;
}

std::string array_refusal(const std::string& name, std::string_view bytes) {
  const Error error = error_of([&] { table_of(name, bytes); });
  CHECK(error.kind() == ErrorKind::config);
  return error.message();
}

std::string npz_refusal(const Entries& entries) {
  return array_refusal("t.npz", zip_of(entries));
}

std::string column_of(const std::vector<std::int32_t>& numbers) {
  return npy_of("<i4", "(" + std::to_string(numbers.size()) + ",)", bytes_of(numbers));
}

std::string fortran_of(std::string_view shape, std::string_view data) {
  return npy_of("{'descr': '<i4', 'fortran_order': True, 'shape': " + std::string(shape) + ", }",
                data);
}

}  // namespace

TEST_CASE("an array is a table of one column, a matrix of several") {
  CHECK(table_of("t.npy", column_of({3, -1})) == "value,\n3,\n-1,");
  const std::string data = bytes_of<std::int32_t>({1, 2, 3, 4, 5, 6});
  CHECK(table_of("t.npy", npy_of("<i4", "(2, 3)", data)) ==
        "value_0,value_1,value_2,\n1,2,3,\n4,5,6,");
  CHECK(table_of("t.npy", fortran_of("(2, 3)", data)) ==
        "value_0,value_1,value_2,\n1,3,5,\n2,4,6,");
  CHECK(table_of("t.npy", fortran_of("(6,)", data)) == "value,\n1,\n2,\n3,\n4,\n5,\n6,");
  CHECK(table_of("t.npy", npy_of("<i4", "(0,)", "")) == "value,");
}

TEST_CASE("records are a table of their fields") {
  const std::string header =
      "{'descr': [('id', '|u1'), ('', '|V1'), ('p', '|u1', (2,)), ('n', '|S2')], "
      "'fortran_order': False, 'shape': (2,), }";
  CHECK(table_of("t.npy", npy_of(header, "\x01_\x02\x03xy\x04_\x05\x06z" + std::string(1, '\0'))) ==
        "id,p_0,p_1,n,\n1,2,3,xy,\n4,5,6,z,");
  // Latin-1 in the first two formats.
  CHECK(table_of("t.npy",
                 npy_of("{'descr': [('\xE9', '|u1')], 'fortran_order': False, 'shape': (1,)}",
                        "\x01")) == "\u00e9,\n1,");
}

TEST_CASE("the members of an NPZ file are columns, stored or deflated") {
  const std::string matrix = fortran_of("(2, 2)", bytes_of<std::int32_t>({1, 2, 3, 4}));
  for (const bool is_deflated : {false, true}) {
    CHECK(table_of("t.npz",
                   zip_of({{"id.npy", column_of({7, 8}), is_deflated},
                           {"p.npy", matrix, !is_deflated}})) == "id,p_0,p_1,\n7,1,3,\n8,2,4,");
  }
  CHECK(
      table_of(
          "t.npz",
          zip_of(
              {{.name = "a.npy", .content = column_of({7}), .is_deflated = true, .is_zip64 = true},
               {.name = "b.npy",
                .content = column_of({8}),
                .is_deflated = true,
                .flags = 0x0800}})) == "a,b,\n7,8,");
  CHECK(table_of("t.npz",
                 zip_of({{"r.npy",
                          npy_of("{'descr': [('x', '|u1')], 'fortran_order': False, 'shape': (1,)}",
                                 "\x05")}})) == "r_x,\n5,");
}

TEST_CASE("an array of many rows is read whole, and only what is wanted of it") {
  std::vector<std::int32_t> numbers;
  std::string wanted = "a,b,";
  for (std::int32_t i = 0; i < 5000; ++i) {
    numbers.push_back(i);
    wanted += "\n" + std::to_string(i) + "," + std::to_string(i) + ",";
  }
  CHECK(table_of("t.npz",
                 zip_of({{"a.npy", column_of(numbers), true}, {"b.npy", column_of(numbers)}})) ==
        wanted);
  const std::string matrix = npy_of("<i4", "(1000, 5)", bytes_of(numbers));
  CHECK(table_of("t.npy", matrix, {3, 1, 0, 2, 4})
            .starts_with("value_0,value_1,value_2,value_3,value_4,\n3,1,0,2,4,\n8,6,5,7,9,"));
}

TEST_CASE("an array that is not as long as its header says is refused") {
  const std::string whole = column_of({1, 2, 3});
  CHECK(array_refusal("t.npy", whole.substr(0, whole.size() - 1)) ==
        "'t.npy': its header speaks of 12 bytes, 11 follow");
  CHECK(array_refusal("t.npy", whole + "x") == "'t.npy': its header speaks of 12 bytes, 13 follow");
  CHECK(array_refusal("t.npy", whole.substr(0, 20)) ==
        "'t.npy': the file is cut off in its header");
  CHECK(array_refusal("t.npy", "") == "'t.npy': no NPY file: it does not begin as one");
  CHECK(array_refusal("t.npy", npy_of("<f8", "(1152921504606846975,)", "")) ==
        "'t.npy': its header speaks of 9,223,372,036,854,775,800 bytes, 0 follow");
  CHECK(array_refusal("t.npy", npy_of("|O", "(1,)", "\x80\x04.")) ==
        "'t.npy': it holds Python objects, which are programs and not read");
  CHECK(array_refusal("t.npy", npy_of("<f8", "(5, 0)", "")) ==
        "'t.npy': no array with a column is in it");
}

TEST_CASE("values that are none of their type are refused with row and column") {
  CHECK(array_refusal("t.npy", npy_of("|b1", "(3,)", std::string("\x01\0\x02", 3))) ==
        "'t.npy' row 3, column 'value': neither true nor false");
  CHECK(array_refusal("t.npy", npy_of("|S1", "(2,)", "a\xFF")) ==
        "'t.npy' row 2, column 'value': not UTF-8 text");
}

TEST_CASE("an NPZ file whose arrays are no table is refused") {
  CHECK(npz_refusal({{"a.npy", column_of({1, 2})}, {"b.npy", column_of({1})}}) ==
        "'t.npz' member 'b.npy': it has 1 row, 't.npz' member 'a.npy' has 2: the arrays of a table "
        "have as many");
  CHECK(npz_refusal({}) == "'t.npz': no array with a column is in it");
  CHECK(npz_refusal({{"readme.txt", "hello"}}) ==
        "'t.npz' member 'readme.txt': no array: its name does not end in .npy");
  CHECK(npz_refusal({{".npy", column_of({1})}}) ==
        "'t.npz' member '.npy': no array: its name does not end in .npy");
  CHECK(npz_refusal({{"a.npy", "no array"}}) ==
        "'t.npz' member 'a.npy': no NPY file: it does not begin as one");
  const std::string matrix = npy_of("<i4", "(1, 1)", bytes_of<std::int32_t>({1}));
  CHECK(npz_refusal({{"a.npy", matrix}, {"a_0.npy", column_of({1})}}) ==
        "'t.npz': two of its arrays make a column 'a_0'");
  CHECK(npz_refusal({{"a.npy", npy_of("|O", "(1,)", "\x80\x04."), true}}) ==
        "'t.npz' member 'a.npy': it holds Python objects, which are programs and not read");
}

TEST_CASE("a zip file that can be read in two ways is refused") {
  const std::string array = column_of({1});
  CHECK(npz_refusal({{"a.npy", array}, {"a.npy", array}}) ==
        "'t.npz': its member 'a.npy' stands twice");
  for (const char* name : {"../a.npy", "/a.npy", "b/a.npy", "b\\a.npy", "\xFF.npy"}) {
    CHECK(npz_refusal({{name, array}}).ends_with("has a name that is a path, or no UTF-8"));
  }
  CHECK(npz_refusal({{"a.npy", array}, {.name = "b.npy", .content = array, .same_place_as = 0}}) ==
        "'t.npz': its member 'b.npy' is not what the directory of the zip file says");
  CHECK(npz_refusal(
            {{"a.npy", array},
             {.name = "b.npy", .content = array, .local_name = "a.npy", .same_place_as = 0}}) ==
        "'t.npz': its member 'b.npy' is not what the directory of the zip file says");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .local_size_error = 1}}) ==
        "'t.npz': its member 'a.npy' is not what the directory of the zip file says");
  CHECK(
      npz_refusal({{.name = "a.npy", .content = array, .local_size_error = 1, .is_zip64 = true}}) ==
      "'t.npz': its member 'a.npy' is not what the directory of the zip file says");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .flags = 1}}) ==
        "'t.npz': its member 'a.npy' is encrypted");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .method_error = 12}}) ==
        "'t.npz': its member 'a.npy' is compressed in a way that cannot be read");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .flags = 0x20}}) ==
        "'t.npz': its member 'a.npy' is compressed in a way that cannot be read");
}

TEST_CASE("members that lie in one another are refused") {
  // The content of the first is a whole member, which the directory names, too.
  const std::string array = column_of({1});
  const std::string inner = zip_of({{"b.npy", array}});
  std::string outer = zip_of({{"a.npy", inner}, {"b.npy", array}});
  const std::size_t inner_at = outer.find(inner);
  const std::size_t place = outer.rfind("b.npy") - 4;
  REQUIRE(static_cast<unsigned char>(outer[place]) != inner_at);
  outer[place] = static_cast<char>(inner_at);
  outer[place + 1] = 0;
  CHECK(array_refusal("t.npz", outer) == "'t.npz': members of the zip file lie in one another");
}

TEST_CASE("damaged members are refused") {
  const std::string array = column_of({1, 2, 3});
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .crc_error = 1}}) ==
        "'t.npz' member 'a.npy': its bytes are damaged (the sum differs)");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .is_deflated = true, .crc_error = 1}}) ==
        "'t.npz' member 'a.npy': its bytes are damaged (size or sum differ)");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .is_deflated = true, .size_error = 1}}) ==
        "'t.npz' member 'a.npy': its bytes are damaged (size or sum differ)");
  CHECK(
      npz_refusal(
          {{.name = "a.npy", .content = array, .is_deflated = true, .size_error = 0xFFFF'FFFF}}) ==
      "'t.npz' member 'a.npy': it is larger than the zip file says");
  CHECK(npz_refusal({{.name = "a.npy", .content = array, .size_error = 1}}) ==
        "'t.npz': its member 'a.npy' has two sizes");
}

TEST_CASE("an NPZ file that was cut off anywhere is refused") {
  const std::string whole = zip_of({{"a.npy", column_of({1}), true}, {"b.npy", column_of({2})}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(array_refusal("t.npz", whole.substr(0, size)).starts_with("'t.npz': no zip file: it "));
  }
  CHECK(array_refusal("t.npz", whole + "x").starts_with("'t.npz': no zip file: it "));
  CHECK(array_refusal("t.npz", "x" + whole) ==
        "'t.npz': the directory of the zip file is not where it says");
}

TEST_CASE("a bit that is turned in an NPZ file is found, or changes nothing") {
  const std::string whole = zip_of({{"a.npy", column_of({1}), true}, {"b.npy", column_of({2})}});
  const std::string wanted = table_of("t.npz", whole);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 << (at % 8)));
    std::string read = wanted;
    try {
      read = table_of("t.npz", bytes);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::config);
    }
    CHECK(read == wanted);
  }
}

TEST_CASE("an NPZ bomb is refused before it is unpacked") {
  const std::string zeros(kSmallText + 1, '\0');
  CHECK(npz_refusal({{"a.npy", npy_of("|u1", "(16777217,)", zeros), true}}) ==
        "'t.npz' decompresses to more than 250 times its size");
}

}  // namespace mlops::table
