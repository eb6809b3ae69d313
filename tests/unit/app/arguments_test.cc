#include <catch2/catch.hpp>

#include "app/command.h"
#include "base/error.h"

using mlops::Error;
using mlops::app::Arguments;

TEST_CASE("the last value counts, all are kept", "[arguments]") {
  Arguments arguments;
  arguments.add_flag("format", "json");
  arguments.add_flag("format", "html=x.html");
  CHECK(arguments.has("format"));
  CHECK_FALSE(arguments.has("json"));
  CHECK(arguments.find("format") == "html=x.html");
  CHECK(arguments.list("format").size() == 2);
  CHECK(arguments.list("json").empty());
}

TEST_CASE("a count is a whole decimal number", "[arguments]") {
  Arguments arguments;
  CHECK_FALSE(arguments.find_count("jobs"));
  arguments.add_flag("jobs", "8");
  CHECK(arguments.find_count("jobs") == 8U);
  for (const char* text : {"", "-1", "+1", "1x", " 1", "0x10", "1.5", "99999999999999999999"}) {
    arguments.add_flag("jobs", text);
    CHECK_THROWS_AS(arguments.find_count("jobs"), Error);
  }
}
