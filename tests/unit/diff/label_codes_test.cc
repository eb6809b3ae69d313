#include "diff/label_codes.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::diff {

TEST_CASE("codes follow from the names once sorted, not from the order of rows") {
  LabelCodes one(10, "x");
  LabelCodes two(10, "x");
  for (const char* text : {"10", "b", "9", "a"}) {
    one.code(std::string(text));
  }
  for (const char* text : {"a", "9", "b", "10"}) {
    two.code(std::string(text));
  }
  const auto moved = one.sort();
  two.sort();
  CHECK(one.texts() == std::vector<std::string>{"9", "10", "a", "b"});
  CHECK(one.texts() == two.texts());
  CHECK(moved == std::vector<std::uint32_t>{1, 3, 0, 2});
  CHECK(one.code(std::string("10")) == 1);
}

TEST_CASE("names of the policy and labels of the table meet") {
  CHECK(canonical_name("1.0") == canonical_name("1"));
  CHECK(canonical_name("pos") == "pos");
}

TEST_CASE("too many labels are refused") {
  LabelCodes few(2, "column 'y'");
  few.code(std::string("a"));
  few.code(std::string("b"));
  CHECK_THROWS_AS(few.code(std::string("c")), Error);
  CHECK(few.code(std::string("a")) == 0);
}

}  // namespace mlops::diff
