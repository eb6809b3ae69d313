#include "base/units.h"

#include <limits>

#include <catch2/catch.hpp>

using mlops::format_bytes;
using mlops::format_duration;
using mlops::format_time;
using mlops::parse_bytes;
using mlops::parse_duration;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST_CASE("parse_bytes knows binary and decimal units") {
  CHECK(parse_bytes("0") == 0U);
  CHECK(parse_bytes("1024") == 1024U);
  CHECK(parse_bytes("7B") == 7U);
  CHECK(parse_bytes("24GiB") == 24ULL << 30U);
  CHECK(parse_bytes("500 MB") == 500'000'000U);
  CHECK(parse_bytes("3kB") == 3000U);
  CHECK(parse_bytes("3KiB") == 3072U);
  CHECK(parse_bytes("2TiB") == 2ULL << 40U);
  CHECK(parse_bytes("1PB") == 1'000'000'000'000'000ULL);
  CHECK(parse_bytes("8191PiB") == 8191ULL << 50U);
}

TEST_CASE("parse_bytes ends at 2^63-1") {
  CHECK(parse_bytes("9223372036854775807") == 9223372036854775807ULL);
  CHECK_FALSE(parse_bytes("9223372036854775808"));
  CHECK_FALSE(parse_bytes("8192PiB"));
  CHECK_FALSE(parse_bytes("9223372036854775807KiB"));
  CHECK_FALSE(parse_bytes("18446744073709551616"));
  CHECK_FALSE(parse_bytes("99999999999999999999999999999999"));
}

TEST_CASE("parse_bytes refuses what is not a size") {
  const char* const wrong = GENERATE("",
                                     " ",
                                     "GiB",
                                     "-1",
                                     "+1",
                                     "1.5GiB",
                                     "1 ",
                                     " 1",
                                     "1  MB",
                                     "1gib",
                                     "1mb",
                                     "1KB",
                                     "1K",
                                     "1 MB ",
                                     "1e3",
                                     "0x10",
                                     "1,000",
                                     "1\n",
                                     "1EiB",
                                     "\xD9\xA1");
  INFO(wrong);
  CHECK_FALSE(parse_bytes(wrong));
}

TEST_CASE("format_bytes has one decimal at most") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(1023) == "1023 B");
  CHECK(format_bytes(1024) == "1.0 KiB");
  CHECK(format_bytes(184218) == "179.9 KiB");
  CHECK(format_bytes(1048575) == "1.0 MiB");
  CHECK(format_bytes(1ULL << 30U) == "1.0 GiB");
  CHECK(format_bytes(std::numeric_limits<std::uint64_t>::max()) == "16384.0 PiB");
}

TEST_CASE("parse_duration adds descending units") {
  CHECK(parse_duration("2h") == milliseconds(2h));
  CHECK(parse_duration("90s") == milliseconds(90s));
  CHECK(parse_duration("1h30m") == milliseconds(90min));
  CHECK(parse_duration("10d") == milliseconds(240h));
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("1d2h3m4s5ms") == milliseconds(26h + 3min + 4s + 5ms));
  CHECK(parse_duration("0s") == 0ms);
  CHECK(parse_duration("9223372036854775807ms") == milliseconds(INT64_MAX));
}

TEST_CASE("parse_duration refuses what is not a duration") {
  const char* const wrong = GENERATE("",
                                     "5",
                                     "s",
                                     "-1s",
                                     "+1s",
                                     "1.5h",
                                     "1 h",
                                     " 1h",
                                     "1h ",
                                     "30m1h",
                                     "1h1h",
                                     "1w",
                                     "1H",
                                     "1hm",
                                     "1s5",
                                     "9223372036854775808ms",
                                     "9223372036854775807s",
                                     "106751991168d",
                                     "99999999999999999999h",
                                     "9223372036854775807ms1s");
  INFO(wrong);
  CHECK_FALSE(parse_duration(wrong));
}

TEST_CASE("format_duration is short") {
  CHECK(format_duration(0ms) == "0ms");
  CHECK(format_duration(999ms) == "999ms");
  CHECK(format_duration(4200ms) == "4.2s");
  CHECK(format_duration(9999ms) == "9.9s");
  CHECK(format_duration(59'999ms) == "59s");
  CHECK(format_duration(75s) == "1m15s");
  CHECK(format_duration(3723s) == "1h02m");
  CHECK(format_duration(51h) == "2d03h");
  CHECK(format_duration(-4200ms) == "-4.2s");
  CHECK(format_duration(milliseconds(INT64_MIN)) == "-106751991167d07h");
}

TEST_CASE("format_time is RFC 3339 in UTC") {
  CHECK(format_time(0) == "1970-01-01T00:00:00Z");
  CHECK(format_time(1'795'377'691'999'999'999) == "2026-11-22T20:01:31Z");
  CHECK(format_time(951'782'400'000'000'000) == "2000-02-29T00:00:00Z");
  CHECK(format_time(-1) == "1969-12-31T23:59:59Z");
  CHECK(format_time(INT64_MAX) == "2262-04-11T23:47:16Z");
  CHECK(format_time(INT64_MIN) == "1677-09-21T00:12:43Z");
}

TEST_CASE("counts have separators and nouns their s") {
  CHECK(mlops::format_count(0) == "0");
  CHECK(mlops::format_count(999) == "999");
  CHECK(mlops::format_count(1000) == "1,000");
  CHECK(mlops::format_count(1234567) == "1,234,567");
  CHECK(mlops::format_count(std::numeric_limits<std::uint64_t>::max()) ==
        "18,446,744,073,709,551,615");
  CHECK(mlops::plural(0, "file") == "0 files");
  CHECK(mlops::plural(1, "file") == "1 file");
  CHECK(mlops::plural(1234, "row") == "1,234 rows");
}
