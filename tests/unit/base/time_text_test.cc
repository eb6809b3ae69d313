#include "base/time_text.h"

#include <string>

#include <catch2/catch.hpp>

namespace mlops {

TEST_CASE("a date is four, two and two digits of a day that exists") {
  CHECK(parse_date("1970-01-01") == 0);
  CHECK(parse_date("1970-01-02") == 86'400'000'000);
  CHECK(parse_date("1969-12-31") == -86'400'000'000);
  CHECK(parse_date("2024-02-29").has_value());
  CHECK(parse_date("9999-12-31").has_value());
  CHECK(parse_date("0001-01-01").has_value());
  for (const char* text : {"",
                           "2024",
                           "2023-02-29",
                           "2024-13-01",
                           "2024-00-01",
                           "2024-1-1",
                           "0000-01-01",
                           "2024-01-01 ",
                           " 2024-01-01",
                           "2024/01/01",
                           "-024-01-01",
                           "2024-01-01T00:00:00",
                           "20240101",
                           "2024-01-0x",
                           "2024-01-32"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("a timestamp is a date and a time, in UTC unless it says otherwise") {
  const auto noon = parse_timestamp("2024-01-31T12:00:00Z");
  REQUIRE(noon);
  CHECK(*noon == 1'706'702'400'000'000);
  for (const char* text : {"2024-01-31 12:00:00",
                           "2024-01-31T12:00",
                           "2024-01-31T13:00:00+01:00",
                           "2024-01-31T13:00:00+0100",
                           "2024-01-31T07:00:00-05",
                           "2024-01-31T12:00:00.000000999Z",
                           "2024-02-01T11:59:00+23:59"}) {
    INFO(text);
    CHECK(parse_timestamp(text) == noon);
  }
  CHECK(parse_timestamp("2024-01-31 12:00:00.25") == *noon + 250'000);
  for (const char* text : {"2024-01-31",
                           "2024-01-31T",
                           "2024-01-31T24:00:00",
                           "2024-01-31T12:60",
                           "2024-01-31T12:00:60",
                           "2024-01-31T12:00:00.",
                           "2024-01-31T12:00:00z",
                           "2024-01-31T12:00:00+1",
                           "2024-01-31T12:00:00+24:00",
                           "2024-01-31T12:00:00.1234567890",
                           "2024-01-31T12:00:00Zx",
                           "2024-01-31  12:00",
                           "2024-01-31T12",
                           "2024-01-31T1200"}) {
    INFO(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

}  // namespace mlops
