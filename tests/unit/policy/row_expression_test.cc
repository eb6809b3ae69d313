#include "policy/row_expression.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::policy {

TEST_CASE("scalar expressions over a row pass") {
  for (const std::string text : {"age >= 18 or guardian is not null",
                                 "\"from\" <> \"to\" and total = round(a * b, 2)",
                                 "country in ('FR', 'D''E') and name not like '%x%'",
                                 "case when x > 0 then y is not null else true end",
                                 "extract(year from day) >= 2000",
                                 "a is distinct from b",
                                 "try_cast(code as integer) between 1 and .5e3",
                                 "x::double + -1 > 0",
                                 "day + interval '1 day' > other"}) {
    CAPTURE(text);
    CHECK_FALSE(check_row_expression(text).has_value());
  }
}

TEST_CASE("what reads more than the row, or is more than an expression, does not") {
  for (const std::string text : {"",
                                 "   ",
                                 "(select content from read_text('/etc/passwd')) is null",
                                 "x = (from read_text('/etc/passwd'))",
                                 "from read_text('/etc/passwd')",
                                 "read_text('/etc/passwd') is null",
                                 "x > 1) from t; drop table t",
                                 "(x > 1",
                                 "x > 1 -- rest",
                                 "x > 1 /* rest */",
                                 "x > 1; select 1",
                                 "exists (table t)",
                                 "getenv('HOME') = x",
                                 "current_setting('threads') = x",
                                 "random() > 0.5",
                                 "now() > x",
                                 "current_timestamp > x",
                                 "count(*) > 1",
                                 "sum(x) over () > 1",
                                 "repeat(x, 1000000) = y",
                                 "x = 'open",
                                 "x = E'\\n'",
                                 "$1 = x",
                                 "[1, 2]",
                                 "{'a': 1}",
                                 "x -> 1",
                                 "rowid > 1",
                                 "t.x > 1",
                                 "1x > 0"}) {
    CAPTURE(text);
    CHECK(check_row_expression(text).has_value());
  }
  CHECK(check_row_expression(std::string(60, '(') + "x" + std::string(60, ')')).has_value());
  CHECK(check_row_expression(std::string(2000, 'x')).has_value());
  CHECK(check_row_expression("lenght(x) > 1")->hint == "did you mean 'length'?");
}

TEST_CASE("names that may be columns") {
  CHECK(names_in_row_expression("Age >= 18 or \"Two Words\" = 'text'") ==
        std::vector<std::string>{"age", "or", "two words"});
}

}  // namespace mlops::policy
