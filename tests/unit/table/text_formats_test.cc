#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/compress.h"
#include "table/csv_scan.h"
#include "table/text_stream.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

/// Files of one directory, read by what their names say.
class Files {
 public:
  Source write(const std::string& name, std::string_view bytes) const {
    test::write_file(temp_ / name, bytes);
    return source_at(temp_ / name, name);
  }
  /// What reading the file as a table is refused for.
  Error refusal(const std::string& name, std::string_view bytes) const {
    AlignRequest request;
    request.old_table = request.new_table = write(name, bytes);
    return error_of([&] {
      shared_engine().align(
          request, [](const AlignedBatch&) {}, CancelToken());
    });
  }

 private:
  test::TempDir temp_;
};

/// "kind:label" of every cell of both tables' shared columns, row by row; requires that both sides
/// are the same.
std::string cells_of_both(const Source& first, const Source& second) {
  AlignRequest request;
  request.old_table = first;
  request.new_table = second;
  request.columns = shared_engine().columns(first);
  CHECK(shared_engine().columns(second) == request.columns);
  std::string text;
  shared_engine().align(
      request,
      [&](const AlignedBatch& batch) {
        for (std::size_t row = 0; row < batch.old_rows.size(); ++row) {
          for (std::size_t c = 0; c < batch.old_columns.size(); ++c) {
            const Cell& cell = batch.old_columns[c][row];
            CHECK(same_value(cell, batch.new_columns[c][row]));
            text += std::to_string(static_cast<int>(cell.kind)) + ":" + canonical_label(cell) + " ";
          }
          text += "\n";
        }
      },
      CancelToken());
  return text;
}

constexpr std::string_view kCsv =
    "id,big,score,flag,name\n"
    "1,9007199254740993,0.1,true,a\n"
    "2,123456789012345678901,nan,false,\"b,\"\"c\"\"\"\n"
    "3,,-inf,,\n"
    "4,-0,1e-300,true,\"two\nlines\"\n"
    "5,1,2.50,false,\u00e9\n";
constexpr std::string_view kTsv =
    "id\tbig\tscore\tflag\tname\n"
    "1\t9007199254740993\t0.1\ttrue\ta\n"
    "2\t123456789012345678901\tnan\tfalse\t\"b,\"\"c\"\"\"\n"
    "3\t\t-inf\t\t\n"
    "4\t-0\t1e-300\ttrue\t\"two\nlines\"\n"
    "5\t1\t2.50\tfalse\t\u00e9\n";
constexpr std::string_view kJson =
    "{\"id\":1,\"big\":9007199254740993,\"score\":0.1,\"flag\":true,\"name\":\"a\"}\n"
    "{\"id\":2,\"big\":123456789012345678901,\"score\":NaN,\"flag\":false,\"name\":\"b,\\\"c\\\"\"}"
    "\n"
    "\n"
    "{\"name\":\"\",\"id\":3,\"big\":null,\"score\":-Infinity,\"flag\":null}\n"
    "{\"id\":4,\"big\":-0,\"score\":1e-300,\"flag\":true,\"name\":\"two\\nlines\"}\r\n"
    "{\"id\":5,\"big\":1,\"score\":2.5,\"flag\":false,\"name\":\"\\u00e9\"}";

std::string many_rows() {
  std::string text = "id,x\n";
  for (int i = 0; i < 30'000; ++i) {
    text += std::to_string(i) + "," + std::to_string((i * 7919) % 10'007) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the same values in any text format are one table") {
  const Files files;
  const Source csv = files.write("t.csv", kCsv);
  const std::string cells = cells_of_both(csv, csv);
  CHECK(
      cells.starts_with("1:1 1:9007199254740993 1:0.1 2:true 2:a \n"
                        "1:2 1:123456789012345678901 1:nan 2:false 2:b,\"c\" \n"
                        "1:3 0: 1:-inf 0: 0: \n"));
  CHECK(cells_of_both(csv, files.write("t.tsv", kTsv)) == cells);
  CHECK(cells_of_both(csv, files.write("t.tab", kTsv)) == cells);
  CHECK(cells_of_both(csv, files.write("t.jsonl", kJson)) == cells);
  CHECK(cells_of_both(csv, files.write("u.ndjson", "\xEF\xBB\xBF" + std::string(kJson))) == cells);
  CHECK(cells_of_both(files.write("u.jsonl", kJson), csv) == cells);
}

TEST_CASE("compressed text is the table that is in it") {
  const Files files;
  const Source csv = files.write("t.csv", kCsv);
  const std::string cells = cells_of_both(csv, csv);
  CHECK(cells_of_both(csv, files.write("t.csv.gz", test::gzip_of(kCsv))) == cells);
  CHECK(cells_of_both(files.write("u.csv.zst", test::zstd_of(kCsv)), csv) == cells);
  CHECK(cells_of_both(csv, files.write("t.tsv.gz", test::gzip_of(kTsv))) == cells);
  CHECK(cells_of_both(csv, files.write("t.jsonl.zst", test::zstd_of(kJson))) == cells);
  const std::string halves =
      test::gzip_of(kCsv.substr(0, 50)) + test::gzip_of("") + test::gzip_of(kCsv.substr(50));
  CHECK(cells_of_both(csv, files.write("v.csv.gz", halves)) == cells);
}

TEST_CASE("a table of many blocks is read whole, in order") {
  const Files files;
  const std::string text = many_rows();
  const Source csv = files.write("t.csv", text);
  std::string json;
  for (const std::string_view line : split(std::string_view(text).substr(5), '\n')) {
    if (!line.empty()) {
      const std::size_t comma = line.find(',');
      json.append("{\"id\":").append(line.substr(0, comma)).append(",\"x\":");
      json.append(line.substr(comma + 1)).append("}\n");
    }
  }
  const std::string cells = cells_of_both(csv, files.write("t.jsonl", json));
  CHECK(std::count(cells.begin(), cells.end(), '\n') == 30'000);
  CHECK(cells_of_both(files.write("t.csv.gz", test::gzip_of(text)),
                      files.write("t.jsonl.zst", test::zstd_of(json))) == cells);
}

TEST_CASE("a TSV file is scanned as strictly as a CSV file") {
  const Files files;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a\tb\n1\n", "line 2: the row has 1 field, the header 2"},
      {"a\tb\n1\t\"x\n", "line 2: a quoted field of this row is never closed"},
      {"a\tb\n1\tx\"y\n", "line 2: a quote inside a field that does not start with one"},
      {"a\tb\r1\t2\r", "line 1: a carriage return that does not end a line"},
      {std::string("a\tb\n1\t\0\n", 8), "line 2: a NUL byte: this is not UTF-8 text"},
      {"a\ta\n", "line 1: the column name 'a' stands twice"},
      {"a\tb\n\xFF\t1\n", "line 2: not UTF-8"},
      {"a\tb\n1\t" + std::string(kMaxRecordBytes, 'x') + "\n",
       "line 2: the row is longer than 4.0 MiB"}};
  for (const auto& [text, problem] : cases) {
    const Error error = files.refusal("t.tsv", text);
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message() == "'t.tsv' " + problem);
    CHECK(files.refusal("t.tsv.gz", test::gzip_of(text)).message() == "'t.tsv.gz' " + problem);
  }
}

TEST_CASE("JSON Lines that are no table are refused with line and key") {
  const Files files;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", " is empty: without an object it has no columns"},
      {"\n \n", " is empty: without an object it has no columns"},
      {"{\"a\":1}\n\n{\"a\":{}}\n",
       " line 3: key 'a' holds an object: a table has one value a key"},
      {"{\"a\":1}\n{\"a\":\"" + std::string(kMaxRecordBytes, 'x') + "\"}\n",
       " line 2: the row is longer than 4.0 MiB"},
      {"{\"a\":1}\n" + std::string(kMaxRecordBytes + 1, ' '),
       " line 2: the row is longer than 4.0 MiB"},
      {"[{\"a\":1}]", " line 1: an array; JSON Lines have an object on each line"}};
  for (const auto& [text, problem] : cases) {
    const Error error = files.refusal("t.jsonl", text);
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message() == "'t.jsonl'" + problem);
    CHECK(files.refusal("t.jsonl.zst", test::zstd_of(text)).message() == "'t.jsonl.zst'" + problem);
  }
  std::string wide = "{";
  for (std::size_t i = 0; i <= kMaxColumns; ++i) {
    wide += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  }
  CHECK(files.refusal("t.jsonl", wide + "}").message() ==
        "'t.jsonl' line 1: more than 32,768 keys");
}

TEST_CASE("what is not compressed as its name says is refused") {
  const Files files;
  const auto refuses = [&](const std::string& name, std::string_view bytes, std::string problem) {
    const Error error = files.refusal(name, bytes);
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message() == "'" + name + "' cannot be decompressed: " + problem);
    CHECK(error_of([&] { shared_engine().columns(files.write(name, bytes)); }).kind() ==
          ErrorKind::config);
  };
  const std::string gzip = test::gzip_of("a,b\n");
  refuses("t.csv.gz", "", "there are no compressed bytes");
  refuses("t.csv.gz", "a,b\n1,2\n", "the compressed bytes are damaged (incorrect header check)");
  refuses("t.csv.zst", gzip, "the compressed bytes are damaged (Unknown frame descriptor)");
  refuses("t.jsonl.gz", gzip.substr(0, 8), "the compressed bytes are cut off");
  CHECK(files.refusal("t.csv.gz", gzip + "junk").message() ==
        "'t.csv.gz' cannot be decompressed: what follows the compressed bytes is no gzip");
}

TEST_CASE("a bomb ends at its limit, one of a single row at the row's") {
  const Files files;
  std::string rows = "a\n";
  while (rows.size() <= kSmallText) {
    rows += std::string(4095, 'x') + "\n";
  }
  for (const auto& [name, bytes] :
       {std::pair<std::string, std::string>{"t.csv.gz", test::gzip_of(rows)},
        {"t.csv.zst", test::zstd_of(rows)}}) {
    const Error error = files.refusal(name, bytes);
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message() == "'" + name + "' decompresses to more than 250 times its size");
  }
  CHECK(files.refusal("t.csv.gz", test::gzip_of("a\n" + std::string(8U << 20U, 'x'))).message() ==
        "'t.csv.gz' line 2: the row is longer than 4.0 MiB");
}

TEST_CASE("only a table that was compressed needs a directory to lie in") {
  const Files files;
  EngineOptions options;
  options.library = MLOPS_TEST_DUCKDB;
  const auto engine = Engine::open(options);
  AlignRequest request;
  request.old_table = request.new_table = files.write("t.csv.gz", test::gzip_of("a\n1\n"));
  const auto align = [&] {
    engine->align(
        request, [](const AlignedBatch&) {}, CancelToken());
  };
  CHECK(error_of(align).kind() == ErrorKind::internal);
  request.old_table = request.new_table = files.write("t.csv", "a\n1\n");
  CHECK_NOTHROW(align());
}

}  // namespace mlops::table
