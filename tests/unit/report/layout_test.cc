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

}  // namespace mlops::report
