#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/run_command.h"
#include "unit/table/tables.h"

namespace mlops::table {
namespace {

namespace fs = std::filesystem;
using Rows = std::vector<std::string>;
using Names = std::vector<std::string>;

TEST_CASE("the engine is the DuckDB that this build is made for") {
  CHECK(open_engine()->version() == "v1.4.4");
}

#ifndef MLOPS_DUCKDB_LINKED
TEST_CASE("a DuckDB that is missing or is none is an error that says what to do") {
  EngineOptions options;
  options.library = "/nonexistent/libduckdb.so";
  const Error missing = error_of([&] { Engine::open(options)->version(); });
  CHECK(missing.kind() == ErrorKind::config);
  CHECK_FALSE(missing.hint().empty());
  test::TempDir temp;
  test::write_file(temp / "libduckdb.so", "not a library");
  options.library = temp / "libduckdb.so";
  CHECK(error_of([&] { Engine::open(options)->version(); }).kind() == ErrorKind::config);
  options.library = "libduckdb.so";  // would be searched for
  CHECK(error_of([&] { Engine::open(options)->version(); }).kind() == ErrorKind::internal);
}
#endif

TEST_CASE("the format follows the name") {
  const auto check = [](const char* name, Format format, Compression compression) {
    CAPTURE(name);
    const Source source = source_at("/scratch/1", name);
    CHECK(source.path == "/scratch/1");
    CHECK(source.name == name);
    CHECK(source.format == format);
    CHECK(source.compression == compression);
  };
  check("out/p.csv", Format::csv, Compression::none);
  check("v1:P.CSV", Format::csv, Compression::none);
  check("p.tsv", Format::tsv, Compression::none);
  check("p.tab", Format::tsv, Compression::none);
  check("p.jsonl", Format::jsonl, Compression::none);
  check("p.ndjson.zst", Format::jsonl, Compression::zstd);
  check("p.csv.gz", Format::csv, Compression::gzip);
  check("p.tsv.GZ", Format::tsv, Compression::gzip);
  check("p.Parquet", Format::parquet, Compression::none);
  check("p.npy", Format::npy, Compression::none);
  check("p.npz", Format::npz, Compression::none);
  for (const char* name : {"p.feather",
                           "p",
                           "csv",
                           ".csv",
                           "p.parquet.gz",
                           "p.gz",
                           ".csv.gz",
                           "p.csv.gz.gz",
                           "p.json"}) {
    CAPTURE(name);
    const Error error = error_of([&] { source_at(name, name); });
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.hint() ==
          "tables are .csv, .tsv and .jsonl files, also with .gz or .zst, and .parquet, .npy and "
          ".npz files");
  }
}

TEST_CASE("columns are listed in file order, also where the rows are at fault") {
  test::TempDir temp;
  test::write_file(temp / "t.csv",
                   "\xEF\xBB\xBF"
                   "b,\"a,1\",c\r\n1\r\n");
  CHECK(open_engine()->columns({temp / "t.csv", "t", Format::csv}) == Names{"b", "a,1", "c"});
  test::write_file(temp / "no-end.csv", "b,a");
  CHECK(open_engine()->columns({temp / "no-end.csv", "t", Format::csv}) == Names{"b", "a"});
  test::write_file(temp / "empty.csv", "");
  CHECK(error_of([&] {
          open_engine()->columns({temp / "empty.csv", "t", Format::csv});
        }).message() == "'t' is empty: it has no header");
}

// DuckDB reads what the scan accepted, and must understand it in the same way.
TEST_CASE("what the scan accepts is read as it says") {
  Tables tables("id,p\n", "id,p\n");
  const auto read = [&](std::string_view text) {
    Tables both(text, text);
    both.request.columns = {"id", "p"};
    return both.align();
  };
  const Rows plain = {"0-0 k= o=1,a n=1,a", "1-1 k= o=2,b n=2,b"};
  CHECK(read("id,p\n1,a\n2,b\n") == plain);
  CHECK(read("id,p\n1,a\n2,b") == plain);
  CHECK(read("id,p\r\n1,a\r\n2,b\r\n") == plain);
  CHECK(read("id,p\r\n1,a\r\n2,b") == plain);
  CHECK(read("\xEF\xBB\xBFid,p\n1,a\n2,b\n") == plain);
  CHECK(read("\xEF\xBB\xBF\"id\",p\n1,a\n2,b\n") == plain);
  CHECK(read("\"id\",\"p\"\n\"1\",\"a\"\n\"2\",\"b\"") == plain);
  CHECK(read("id,p\n\n1,a\n\n\n2,b\n\n") == plain);
  CHECK(read("id,p\r\n\r\n1,a\r\n2,b\r\n\r\n") == plain);
  CHECK(read("id,p\n1,\"x,\"\"y\"\"\nz\"\n") == Rows{"0-0 k= o=1,x,\"y\"\nz n=1,x,\"y\"\nz"});
  CHECK(read("id,p\n1,\"x\r\ny\"\n") == Rows{"0-0 k= o=1,x\r\ny n=1,x\r\ny"});
  CHECK(read("id,p\r\n1,\"x\ny\"\r\n") == Rows{"0-0 k= o=1,x\ny n=1,x\ny"});
  CHECK(read("id,p\n#1, a \n'2',b;c\n") ==
        Rows{"0-0 k= o=#1, a  n=#1, a ", "1-1 k= o='2',b;c n='2',b;c"});
  CHECK(read("id,p\nid,p\n\\N,NULL\n") ==
        Rows{"0-0 k= o=id,p n=id,p", "1-1 k= o=\\N,NULL n=\\N,NULL"});
  CHECK(read("id,p\n,\n\"\",\n") == Rows{"0-0 k= o=~,~ n=~,~", "1-1 k= o=~,~ n=~,~"});
  CHECK(read("id,p\n1,ünïcödé 日本語 which is no short string\n") ==
        Rows{"0-0 k= o=1,ünïcödé 日本語 which is no short string n=1,ünïcödé 日本語 which is no "
             "short string"});
}

// DuckDB finds the kind of line end by the first that it meets, be it quoted: it must be told.
TEST_CASE("a quoted line end in the header does not decide how lines end") {
  Tables unix_lines("\"i\r\nd\",p\n1,a\n", "\"i\r\nd\",p\n1,b\n");
  unix_lines.request.columns = {"i\r\nd", "p"};
  CHECK(unix_lines.align() == Rows{"0-0 k= o=1,a n=1,b"});
  Tables dos_lines("\"i\nd\",p\r\n1,a\r\n", "\"i\nd\",p\r\n1,b\r\n");
  dos_lines.request.columns = {"i\nd", "p"};
  CHECK(dos_lines.align() == Rows{"0-0 k= o=1,a n=1,b"});
}

TEST_CASE("a table of one column keeps its empty lines as nulls") {
  Tables tables("p\na\n\n\"\"\nb\n\n", "p\na\n\n\"\"\nb\n\n");
  tables.request.columns = {"p"};
  CHECK(tables.align() == Rows{"0-0 k= o=a n=a",
                               "1-1 k= o=~ n=~",
                               "2-2 k= o=~ n=~",
                               "3-3 k= o=b n=b",
                               "4-4 k= o=~ n=~"});
}

TEST_CASE("tables separated by tabs") {
  test::TempDir temp;
  test::write_file(temp / "t.tsv", "id\tp\n1\ta,b\n2\t\"x\ty\"\n");
  AlignRequest request;
  request.old_table = {temp / "t.tsv", "t", Format::tsv};
  request.new_table = request.old_table;
  request.columns = {"p"};
  std::vector<std::string> texts;
  open_engine()->align(
      request,
      [&](const AlignedBatch& batch) {
        for (const Cell& cell : batch.new_columns[0]) {
          texts.emplace_back(cell.text);
        }
      },
      CancelToken());
  CHECK(texts == Names{"a,b", "x\ty"});
}

TEST_CASE("column names never become SQL") {
  const std::string names[] = {"a\"\"); DROP TABLE t; --",
                               "x'y",
                               "c0",
                               "new\nline",
                               "{}",
                               "*",
                               "select",
                               "a:b",
                               "ünï",
                               "$1",
                               "?"};
  for (const std::string& name : names) {
    CAPTURE(name);
    Tables tables("id,\"" + name + "\"\n1,v\n", "\"" + name + "\",id\nw,1\n");
    tables.request.keys = {"id"};
    tables.request.columns = {name == names[0] ? "a\"); DROP TABLE t; --" : name};
    CHECK(tables.align() == Rows{"0-0 k=1 o=v n=w"});
  }
}

TEST_CASE("paths are taken literally, whatever a glob or SQL would make of them") {
  test::TempDir temp;
  test::write_file(temp / "aa.csv", "id\n9\n");
  test::write_file(temp / "ab.csv", "id\n9\n");
  for (const char* name : {"a*.csv",
                           "a?.csv",
                           "a[ab].csv",
                           "a'b.csv",
                           "a\"b.csv",
                           "**",
                           "{aa,ab}.csv",
                           "a b.csv",
                           "new\nline.csv",
                           "a.csv.gz",
                           "hive=1.csv",
                           "s3:x.csv",
                           "-.csv"}) {
    CAPTURE(name);
    test::write_file(temp / name, "id\n1\n");
    AlignRequest request;
    request.old_table = {temp / name, name, Format::csv};
    request.new_table = request.old_table;
    request.keys = {"id"};
    const Alignment counts = open_engine()->align(
        request, [](const AlignedBatch&) {}, CancelToken());
    CHECK(counts.matched == 1);
    CHECK(counts.old_rows == 1);
  }
}

TEST_CASE("symbolic links are followed, loops and dangling ones are errors") {
  test::TempDir temp;
  test::write_file(temp / "t.csv", "a\n1\n");
  fs::create_symlink("t.csv", temp / "link.csv");
  fs::create_symlink("loop.csv", temp / "loop.csv");
  fs::create_symlink("gone.csv", temp / "dangling.csv");
  const std::unique_ptr<Engine> engine = open_engine();
  CHECK(engine->columns({temp / "link.csv", "t", Format::csv}) == Names{"a"});
  for (const char* name : {"loop.csv", "dangling.csv", "absent.csv"}) {
    CAPTURE(name);
    CHECK(error_of([&] {
            engine->columns({temp / name, "t", Format::csv});
          }).kind() == ErrorKind::not_found);
  }
}

TEST_CASE("what is no regular file is refused and never waited for") {
  test::TempDir temp;
  REQUIRE(test::run_command({"/usr/bin/mkfifo", "pipe.csv"}, {}, temp.path()).exit_code == 0);
  fs::create_directory(temp / "dir.csv");
  for (const char* name : {"pipe.csv", "dir.csv"}) {
    CAPTURE(name);
    const Error error = error_of([&] { open_engine()->columns({temp / name, "t", Format::csv}); });
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.message() == "'t' is not a regular file, so it cannot be read as a table");
  }
  CHECK(error_of([&] {
          open_engine()->columns({"/dev/zero", "t", Format::csv});
        }).kind() == ErrorKind::config);
}

TEST_CASE("bytes that are not UTF-8 are refused with their line, in the columns that are read") {
  Tables tables("id,p,q\n1,a,x\n2,b\xFF,x\n", "id,p,q\n1,a,\xFF\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  const Error error = error_of([&] { tables.align(); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "'v1:p.csv' line 3: not UTF-8");
}

TEST_CASE("a faulty table is refused before any row of either is shown") {
  for (const char* text : {"id,p\n1,a\n2\n", "id,p\n1,\"a\n", "id,id\n1,a\n", ""}) {
    CAPTURE(text);
    for (const bool is_old : {false, true}) {
      const std::string good = "id,p\n1,a\n";
      Tables tables(is_old ? text : good, is_old ? good : text);
      tables.request.keys = {"id"};
      bool is_shown = false;
      const Error error = error_of([&] {
        open_engine()->align(
            tables.request, [&](const AlignedBatch&) { is_shown = true; }, CancelToken());
      });
      CHECK(error.kind() == ErrorKind::config);
      CHECK_FALSE(is_shown);
    }
  }
}

TEST_CASE("a wide table is read, and only the columns that are wanted") {
  std::string header = "id";
  std::string row = "7";
  for (int i = 0; i < 2000; ++i) {
    header += ",class " + std::to_string(i);
    row += "," + std::to_string(i);
  }
  Tables tables(header + "\n" + row + "\n", header + "\n" + row + "\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"class 1999", "class 0"};
  CHECK(tables.align() == Rows{"0-0 k=7 o=1999,0 n=1999,0"});
}

TEST_CASE("a very long field is read whole") {
  const std::string field(3'000'000, 'x');
  Tables tables("id,p\n1," + field + "\n2,b\n", "id,p\n1,\"" + field + "\"\n2,b\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  const Rows rows = tables.align();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == "0-0 k=1 o=" + field + " n=" + field);
}

}  // namespace
}  // namespace mlops::table
