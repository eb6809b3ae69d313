#include "report/layout.h"

#include <catch2/catch.hpp>

namespace mlops::report {

TEST_CASE("columns are aligned and rows end with their text") {
  TextTable table({4, 2});
  table.add({"a", "bbb", "c"});
  table.add({"dd", "", ""});
  CHECK(table.lines(0) == std::vector<std::string>{"a     bbb  c", "dd"});
}

TEST_CASE("a width cuts the widest column and marks it") {
  TextTable table({1});
  table.add({"0123456789abcdef", "x"});
  CHECK(table.lines(15) == std::vector<std::string>{"0123456789a~  x"});
  CHECK(cut("short", 10) == "short");
  CHECK(cut("\xc3\xa4\xc3\xb6\xc3\xbc", 2) == "\xc3\xa4~");
  CHECK(pad("a", 3) == "a  ");
}

TEST_CASE("numbers are aligned, by their ends or their points, and other cells stay left") {
  TextTable by_end({2, 4});
  TextTable by_point({2, 4});
  by_end.align(1, TextTable::Numbers::by_end);
  by_point.align(1, TextTable::Numbers::by_point);
  for (TextTable* table : {&by_end, &by_point}) {
    for (const char* cell : {"old", "145.506", "0.61", "-7", "", "(none)", "1.31e+07"}) {
      table->add({"x", cell});
    }
  }
  CHECK(by_end.lines(0) == std::vector<std::string>{"x   old",
                                                    "x    145.506",
                                                    "x       0.61",
                                                    "x         -7",
                                                    "x",
                                                    "x   (none)",
                                                    "x   1.31e+07"});
  CHECK(
      by_point.lines(0) ==
      std::vector<std::string>{
          "x   old", "x   145.506", "x     0.61", "x    -7", "x", "x   (none)", "x     1.31e+07"});
}

TEST_CASE("a very long first cell stands alone, however much room there is") {
  TextTable table({4});
  const std::string name(61, 'n');
  table.add({"a", "1"});
  table.add({name, "2"});
  for (const std::size_t width : {0U, 200U}) {
    CHECK(table.lines_with_spill(width) == std::vector<std::string>{"a     1", name + "\n      2"});
  }
  CHECK(table.lines_with_spill(40)[1] == std::string(39, 'n') + "~\n      2");
}

}  // namespace mlops::report
