#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/table/tables.h"

namespace mlops::table {
namespace {

using Rows = std::vector<std::string>;
using Names = std::vector<std::string>;

TEST_CASE("rows are aligned by key: old file order first, then what only the new table has") {
  Tables tables("id,p\n3,c\n1,a\n2,b\n", "p,id\nB,2\nD,4\nC,3\nE,0\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  CHECK(tables.align() == Rows{"0-2 k=3 o=c n=C",
                               "1-. k=1 o=a n=~",
                               "2-0 k=2 o=b n=B",
                               ".-1 k=4 o=~ n=D",
                               ".-3 k=0 o=~ n=E"});
  CHECK(tables.counts.old_rows == 3);
  CHECK(tables.counts.new_rows == 4);
  CHECK(tables.counts.matched == 2);
  CHECK(tables.counts.only_old == 1);
  CHECK(tables.counts.only_new == 2);
}

TEST_CASE("keys are equal as numbers, so a changed spelling is no missing row") {
  Tables tables("id,p\n1,a\n2.0,b\n1e2,c\n007,d\n", "id,p\n1.0,A\n2,B\n100,C\n7,D\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  CHECK(tables.align() == Rows{"0-0 k=1 o=a n=A",
                               "1-1 k=2.0 o=b n=B",
                               "2-2 k=1e2 o=c n=C",
                               "3-. k=007 o=d n=~",
                               ".-3 k=7 o=~ n=D"});
}

TEST_CASE("long integer keys are compared exactly") {
  Tables tables("id,p\n9007199254740993,a\n", "id,p\n9007199254740992,A\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  tables.align();
  CHECK(tables.counts.matched == 0);
}

TEST_CASE("composite keys are compared cell by cell, and null equals null") {
  Tables tables("a,b,p\nx,yz,1\nxy,z,2\n,1,3\n1,,4\n", "a,b,p\n1,,40\n,1,30\nxy,z,20\nx,yz,10\n");
  tables.request.keys = {"a", "b"};
  tables.request.columns = {"p"};
  CHECK(tables.align() == Rows{"0-3 k=x,yz o=1 n=10",
                               "1-2 k=xy,z o=2 n=20",
                               "2-1 k=~,1 o=3 n=30",
                               "3-0 k=1,~ o=4 n=40"});
}

TEST_CASE("a quoted empty field is null like an unquoted one") {
  Tables tables("id,p\n\"\",\"\"\n", "id,p\n,\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  CHECK(tables.align() == Rows{"0-0 k=~ o=~ n=~"});
}

TEST_CASE("duplicate keys are an error that names them") {
  Tables tables("id,p\na,1\nb,2\na,3\na,4\nb,5\n", "id,p\na,1\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  const Error error = error_of([&] { tables.align(); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "2 keys stand in 'v1:p.csv' more than once: 'a', 'b'");
  CHECK_FALSE(error.hint().empty());
}

TEST_CASE("duplicate keys in the new table alone are an error too, before any row is shown") {
  Tables tables("id,p\na,1\n", "id,p\nb,1\n1,x\n1.0,y\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  bool is_shown = false;
  const Error error = error_of([&] {
    open_engine()->align(
        tables.request, [&](const AlignedBatch&) { is_shown = true; }, CancelToken());
  });
  CHECK(error.message() == "a key stands in 'v2:p.csv' more than once: '1.0'");
  CHECK_FALSE(is_shown);
}

TEST_CASE("duplicates on both sides are both told") {
  Tables tables("id\na\na\n", "id\nb\nb\nc\nc\n");
  tables.request.keys = {"id"};
  const Error error = error_of([&] { tables.align(); });
  CHECK(error.message() == "a key stands in 'v1:p.csv' more than once: 'a'");
  CHECK(error.context() == Names{"'v2:p.csv' has 2 duplicate keys"});
}

TEST_CASE("occurrence pairs the k-th row of a key with the k-th") {
  Tables tables("id,p\na,1\nb,2\na,3\na,4\n", "id,p\na,10\na,30\nb,20\nb,21\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  tables.request.duplicates = Duplicates::occurrence;
  CHECK(tables.align() == Rows{"0-0 k=a o=1 n=10",
                               "1-2 k=b o=2 n=20",
                               "2-1 k=a o=3 n=30",
                               "3-. k=a o=4 n=~",
                               ".-3 k=b o=~ n=21"});
  CHECK(tables.counts.duplicate_keys_old == 1);
  CHECK(tables.counts.duplicate_keys_new == 2);
  CHECK(tables.counts.first_duplicates == Names{"a", "a", "b"});
}

TEST_CASE("drop leaves out all rows of a duplicate key, on both sides") {
  Tables tables("id,p\na,1\nb,2\na,3\nc,4\nd,5\n", "id,p\na,10\nc,40\nc,41\nb,20\ne,50\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  tables.request.duplicates = Duplicates::drop;
  CHECK(tables.align() == Rows{"1-3 k=b o=2 n=20", "4-. k=d o=5 n=~", ".-4 k=e o=~ n=50"});
  CHECK(tables.counts.dropped_old == 3);
  CHECK(tables.counts.dropped_new == 3);
  CHECK(tables.counts.duplicate_keys_old == 1);
  CHECK(tables.counts.duplicate_keys_new == 1);
  CHECK(tables.counts.matched == 1);
  CHECK(tables.counts.only_old == 1);
  CHECK(tables.counts.only_new == 1);
}

TEST_CASE("at most five duplicate keys are shown, as the file has them") {
  std::string text = "a,b\n";
  for (int i = 0; i < 9; ++i) {
    const std::string row = std::to_string(i) + ".0,\n";
    text += row + row;
  }
  Tables tables(text, "a,b\n");
  tables.request.keys = {"a", "b"};
  tables.request.duplicates = Duplicates::occurrence;
  tables.align();
  CHECK(tables.counts.duplicate_keys_old == 9);
  CHECK(tables.counts.first_duplicates == Names{"0.0, ", "1.0, ", "2.0, ", "3.0, ", "4.0, "});
  tables.request.duplicates = Duplicates::error;
  CHECK_THAT(error_of([&] { tables.align(); }).message(), Catch::EndsWith("'4.0, ' …"));
}

TEST_CASE("without a key rows are paired by position and must be as many") {
  Tables tables("p\na\nb\n", "p\nA\nB\n");
  tables.request.columns = {"p"};
  CHECK(tables.align() == Rows{"0-0 k= o=a n=A", "1-1 k= o=b n=B"});
  Tables uneven("p\na\nb\n", "p\nA\n");
  uneven.request.columns = {"p"};
  const Error error = error_of([&] { uneven.align(); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() ==
        "'v1:p.csv' has 2 rows, 'v2:p.csv' has 1 row: without a key both need as many");
}

TEST_CASE("columns come in the order of the request, missing optional ones are null") {
  Tables tables("id,x,y,gone\n1,a,b,c\n", "y,id,x,more\nB,1,A,M\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"y", "x", "y"};
  tables.request.optional_columns = {"gone", "more", "nowhere", "id"};
  CHECK(tables.align() == Rows{"0-0 k=1 o=b,a,b,c,~,~,1 n=B,A,B,~,M,~,1"});
  CHECK(tables.counts.added_columns == Names{"more"});
  CHECK(tables.counts.removed_columns == Names{"gone"});
}

TEST_CASE("a missing column is an error with a suggestion") {
  Tables tables("id,prediction\n1,a\n", "id,prediction\n1,a\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"predicton"};
  const Error error = error_of([&] { tables.align(); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK(error.message() == "'v1:p.csv' has no column 'predicton'");
  CHECK(error.hint() == "did you mean 'prediction'?");
}

TEST_CASE("column names differ by case as well") {
  Tables tables("id,ID,Id\n1,a,x\n", "ID,Id,id\nb,y,1\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"Id", "ID"};
  CHECK(tables.align() == Rows{"0-0 k=1 o=x,a n=y,b"});
}

TEST_CASE("tables without rows align to nothing") {
  Tables tables("id,p\n", "id,p\n");
  tables.request.keys = {"id"};
  CHECK(tables.align().empty());
  Tables one_sided("id,p\n", "id,p\n1,2\n");
  one_sided.request.keys = {"id"};
  one_sided.request.columns = {"p"};
  CHECK(one_sided.align() == Rows{".-0 k=1 o=~ n=2"});
}

TEST_CASE("batches hold at most 2,048 rows and every row once, in order") {
  std::string old_text = "id,p\n";
  std::string new_text = "id,p\n";
  for (int i = 0; i < 10'000; ++i) {
    old_text += std::to_string(i) + ",o" + std::to_string(i) + "\n";
    new_text += std::to_string(14'999 - i) + ",n\n";
  }
  Tables tables(old_text, new_text);
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  std::uint64_t next_old = 0;
  std::uint64_t last_new = 0;
  std::size_t batches = 0;
  tables.counts = open_engine()->align(
      tables.request,
      [&](const AlignedBatch& batch) {
        ++batches;
        CHECK(batch.old_rows.size() <= 2048);
        for (std::size_t i = 0; i < batch.old_rows.size(); ++i) {
          if (next_old < 10'000) {
            REQUIRE(batch.old_rows[i] == next_old);
            REQUIRE(batch.old_columns[0][i].text == "o" + std::to_string(next_old));
            ++next_old;
          } else {
            REQUIRE(batch.old_rows[i] == AlignedBatch::kAbsent);
            REQUIRE((last_new == 0 || batch.new_rows[i] == last_new + 1));
            last_new = batch.new_rows[i];
          }
        }
      },
      CancelToken());
  CHECK(next_old == 10'000);
  CHECK(batches >= 8);
  CHECK(tables.counts.matched == 5'000);
  CHECK(tables.counts.only_old == 5'000);
  CHECK(tables.counts.only_new == 5'000);
}

TEST_CASE("a cancelled alignment stops with an error") {
  Tables tables("id\n1\n", "id\n1\n");
  tables.request.keys = {"id"};
  CancelToken cancel;
  cancel.cancel();
  const Error error = error_of([&] {
    open_engine()->align(
        tables.request, [](const AlignedBatch&) {}, cancel);
  });
  CHECK(error.kind() == ErrorKind::interrupted);
}

TEST_CASE("what the sink throws comes out, and the engine can be used again") {
  Tables tables("id,p\n1,a\n", "id,p\n1,b\n");
  tables.request.keys = {"id"};
  tables.request.columns = {"p"};
  const std::unique_ptr<Engine> engine = open_engine();
  CHECK_THROWS_AS(
      engine->align(
          tables.request, [](const AlignedBatch&) { throw std::out_of_range("x"); }, CancelToken()),
      std::out_of_range);
  CHECK(tables.align(*engine) == Rows{"0-0 k=1 o=a n=b"});
}

}  // namespace
}  // namespace mlops::table
