#include "table/csv_scan.h"

#include <string>

#include <catch2/catch.hpp>

#include "unit/table/tables.h"

namespace mlops::table {
namespace {

using Names = std::vector<std::string>;

// In one piece, and byte by byte: the pieces must not matter.
CsvShape scan(const std::string& text, Format format = Format::csv) {
  CsvScanner bytewise(format, "t.csv");
  CsvScanner whole(format, "t.csv");
  whole.feed(text);
  for (const char c : text) {
    bytewise.feed({&c, 1});
  }
  const CsvShape result = whole.finish();
  const CsvShape other = bytewise.finish();
  CHECK(result.columns == other.columns);
  CHECK(result.rows == other.rows);
  return result;
}

std::string refusal(const std::string& text) {
  const Error error = error_of([&] {
    CsvScanner scanner(Format::csv, "t.csv");
    scanner.feed(text);
    scanner.finish();
  });
  CHECK(error.kind() == ErrorKind::config);
  const Error bytewise = error_of([&] {
    CsvScanner scanner(Format::csv, "t.csv");
    for (const char c : text) {
      scanner.feed({&c, 1});
    }
    scanner.finish();
  });
  CHECK(bytewise.message() == error.message());
  return error.message();
}

TEST_CASE("a plain table is counted") {
  const CsvShape shape = scan("id,score\n1,0.5\n2,0.25\n");
  CHECK(shape.columns == Names{"id", "score"});
  CHECK(shape.rows == 2);
  CHECK(shape.newline == CsvShape::Newline::lf);
  CHECK_FALSE(shape.has_quoted_newline);
}

TEST_CASE("the last line may lack its end") {
  CHECK(scan("a,b\n1,2").rows == 1);
  CHECK(scan("a,b\n1,\"2\"").rows == 1);
  CHECK(scan("a,b").columns == Names{"a", "b"});
  CHECK(scan("a,b\n").rows == 0);
  CHECK(scan("a,b\n1,").rows == 1);
  CHECK(scan("a\r\n1\r\n2").rows == 2);
}

TEST_CASE("line ends are LF or CRLF, and the same everywhere") {
  CHECK(scan("a,b\r\n1,2\r\n").newline == CsvShape::Newline::crlf);
  CHECK(refusal("a,b\r\n1,2\n") == "'t.csv' line 2: the line ends in LF, those before it in CRLF");
  CHECK(refusal("a,b\n1,2\r\n") == "'t.csv' line 2: the line ends in CRLF, those before it in LF");
  CHECK(refusal("a,b\n1,x\ry\n") == "'t.csv' line 2: a carriage return that does not end a line");
  CHECK(refusal("a,b\n1,2\r") == "'t.csv' line 2: a carriage return that does not end a line");
  CHECK(refusal("a,b\r1,2\r") == "'t.csv' line 1: a carriage return that does not end a line");
}

TEST_CASE("a byte order mark is skipped, half of one is not") {
  CHECK(scan("\xEF\xBB\xBFid,b\n1,2\n").columns == Names{"id", "b"});
  CHECK(scan("\xEF\xBB\xBF\"id\",b\n1,2\n").columns == Names{"id", "b"});
  CHECK(refusal("\xEF\xBBid,b\n") == "'t.csv' line 1: the name of column 1 is not UTF-8");
  CHECK(refusal("\xEF\xBB") == "'t.csv' line 1: the name of column 1 is not UTF-8");
  CHECK(refusal("\xEF\xBB\xBF") == "'t.csv' is empty: it has no header");
}

TEST_CASE("quoted fields hold delimiters, quotes and line ends") {
  const CsvShape shape = scan("\"a\n,\"\"x\",b\n\"1\r\n\",\"\"\"\"\n");
  CHECK(shape.columns == Names{"a\n,\"x", "b"});
  CHECK(shape.rows == 1);
  CHECK(shape.has_quoted_newline);
}

TEST_CASE("quotes that readers understand differently are refused") {
  CHECK(refusal("a,b\n1,x\"y\"\n") ==
        "'t.csv' line 2: a quote inside a field that does not start with one");
  CHECK(refusal("a,b\n1, \"x\"\n") ==
        "'t.csv' line 2: a quote inside a field that does not start with one");
  CHECK(refusal("a,b\n1,\"x\"y\n") == "'t.csv' line 2: text after the closing quote of a field");
  CHECK(refusal("a,b\n1,\"x\n3,4\n") ==
        "'t.csv' line 2: a quoted field of this row is never closed");
}

TEST_CASE("ragged rows are refused with their line") {
  CHECK(refusal("a,b\n1,2\n3\n") == "'t.csv' line 3: the row has 1 field, the header 2");
  CHECK(refusal("a,b\n1,2,3\n") == "'t.csv' line 2: the row has 3 fields, the header 2");
  CHECK(refusal("a,b\n1,2,\n") == "'t.csv' line 2: the row has 3 fields, the header 2");
  CHECK(refusal("a,b\n1,2,") == "'t.csv' line 2: the row has 3 fields, the header 2");
  // a last line without an end is as ragged, however short
  CHECK(refusal("a,b\n1,2\n3") == "'t.csv' line 3: the row has 1 field, the header 2");
  CHECK(refusal("a,b\r\n1,2\r\n34") == "'t.csv' line 3: the row has 1 field, the header 2");
  // the line where the row begins
  CHECK(refusal("a,b\n\"x\ny\",2\n\"p\n\nq\"\n") ==
        "'t.csv' line 4: the row has 1 field, the header 2");
  CHECK(refusal("a,b\n\"\"\n") == "'t.csv' line 2: the row has 1 field, the header 2");
}

TEST_CASE("empty lines are no rows, but null in a table of one column") {
  CHECK(scan("a,b\n\n1,2\n\n\n3,4\n\n").rows == 2);
  CHECK(scan("a,b\r\n\r\n1,2\r\n\r\n").rows == 1);
  CHECK(scan("a\n\n1\n\n").rows == 3);
}

TEST_CASE("the header must name every column, once") {
  CHECK(refusal("") == "'t.csv' is empty: it has no header");
  CHECK(refusal("\n1\n") == "'t.csv' line 1: column 1 has no name");
  CHECK(refusal("a,,c\n") == "'t.csv' line 1: column 2 has no name");
  CHECK(refusal("a,b,\n") == "'t.csv' line 1: column 3 has no name");
  CHECK(refusal("a,b,a\n") == "'t.csv' line 1: the column name 'a' stands twice");
  CHECK(refusal("a,\"a\"\n") == "'t.csv' line 1: the column name 'a' stands twice");
  CHECK(refusal("a,\xFF\n") == "'t.csv' line 1: the name of column 2 is not UTF-8");
  CHECK(scan("a,A, a\n1,2,3\n").columns == Names{"a", "A", " a"});
}

TEST_CASE("NUL bytes are refused wherever they stand") {
  CHECK(refusal(std::string("a,b\n1,x\0y\n", 10)) ==
        "'t.csv' line 2: a NUL byte: this is not UTF-8 text");
  CHECK(refusal(std::string("a,b\n1,\"\0\"\n", 10)) ==
        "'t.csv' line 2: a NUL byte: this is not UTF-8 text");
  CHECK(refusal(std::string("a\0,b\n", 5)) == "'t.csv' line 1: a NUL byte: this is not UTF-8 text");
  // UTF-16 with its mark
  CHECK(refusal(std::string("\xFF\xFE"
                            "a\0",
                            4)) == "'t.csv' line 1: a NUL byte: this is not UTF-8 text");
}

TEST_CASE("more columns than the bound are refused, as many as the bound are not") {
  std::string header = "c0";
  for (std::size_t i = 1; i < kMaxColumns; ++i) {
    header += ",c" + std::to_string(i);
  }
  CHECK(scan(header + "\n").columns.size() == kMaxColumns);
  CHECK(refusal(header + ",x\n") == "'t.csv' line 1: more than 32,768 columns");
}

TEST_CASE("a row longer than the bound is refused, quoted or not") {
  const std::string huge(kMaxRecordBytes + 1, 'x');
  for (const std::string& text :
       {"a\n" + huge + "\n", "a\n\"" + huge + "\"\n", huge + "\n", "a\n\"" + huge}) {
    CsvScanner scanner(Format::csv, "t.csv");
    const Error error = error_of([&] {
      scanner.feed(text);
      scanner.finish();
    });
    CHECK_THAT(error.message(), Catch::Contains("the row is longer than 4.0 MiB"));
  }
  const std::string fits(kMaxRecordBytes - 1, 'x');
  CsvScanner scanner(Format::csv, "t.csv");
  scanner.feed("a\n" + fits + "\n");
  CHECK(scanner.finish().rows == 1);
}

TEST_CASE("TSV is separated by tabs alone") {
  CHECK(scan("a,b\tc\n1,5\t2\n", Format::tsv).columns == Names{"a,b", "c"});
}

}  // namespace
}  // namespace mlops::table
