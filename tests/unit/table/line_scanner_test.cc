#include "table/line_scanner.h"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::table {
namespace {

using Newline = CsvShape::Newline;

struct Scanned {
  std::vector<std::string> records;
  std::string trouble;
};

Scanned scan(std::string_view text, std::size_t fields, Newline newline = Newline::lf) {
  LineScanner scanner(text, {',', newline, fields});
  Scanned scanned;
  std::string_view record;
  while (scanner.next(record)) {
    scanned.records.emplace_back(record);
  }
  scanned.trouble = scanner.trouble();
  CHECK((!scanned.trouble.empty() || scanner.position() == text.data() + text.size()));
  return scanned;
}

using Records = std::vector<std::string>;

TEST_CASE("clean records are their lines") {
  CHECK(scan("1,a\n2,b\n", 2).records == Records{"1,a", "2,b"});
  CHECK(scan("1,a\n2,b", 2).records == Records{"1,a", "2,b"});
  CHECK(scan("1,a\r\n2,b\r\n", 2, Newline::crlf).records == Records{"1,a", "2,b"});
  CHECK(scan("1,a\r\n2,b", 2, Newline::crlf).records == Records{"1,a", "2,b"});
  CHECK(scan(",\n", 2).records == Records{","});
  CHECK(scan("gr\xC3\xBC\xC3\x9F,x\n", 2).records == Records{"gr\xC3\xBC\xC3\x9F,x"});
  CHECK(scan("", 2).records.empty());
  CHECK(scan("", 2).trouble.empty());
}

TEST_CASE("what a record needs the general reader for is named") {
  CHECK(scan("1,a\n2,\"b\"\n", 2).trouble == "a quote");
  CHECK(scan("1,a\n2,\"b\"\n", 2).records == Records{"1,a"});
  CHECK(scan("1,a\n\n", 2).trouble == "an empty line");
  CHECK(scan("a\n\n", 1).trouble == "an empty line");
  CHECK(scan("1\n", 2).trouble == "a row with more or fewer fields than the header");
  CHECK(scan("1,2,3\n", 2).trouble == "a row with more or fewer fields than the header");
  CHECK(scan("1,a\r\n", 2).trouble == "a carriage return");
  CHECK(scan("1,a\n", 2, Newline::crlf).trouble == "line ends of two kinds");
  CHECK(scan("1,a\r\r\n", 2, Newline::crlf).trouble == "a carriage return");
  CHECK(scan("1,a\r", 2, Newline::crlf).trouble == "a carriage return");
  CHECK(scan("1,\r\n\r\n", 2, Newline::crlf).trouble == "an empty line");
  CHECK(scan(std::string_view("1,\0\n", 4), 2).trouble == "bytes that are not UTF-8 text");
  CHECK(scan("1,\xFF\n", 2).trouble == "bytes that are not UTF-8 text");
  CHECK(scan("1,\xC3\n\xA9,b\n", 2).trouble == "bytes that are not UTF-8 text");
  CHECK(scan("1," + std::string(kMaxRecordBytes, 'x') + "\n", 2).trouble == "a long row");
}

TEST_CASE("records of any length, at any place of a block, are found") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    Records expected;
    for (int i = 0; i < 80; ++i) {
      const std::string record = std::to_string(i) + "," + std::string(random() % 150, 'x');
      expected.push_back(record);
      text += record + "\n";
    }
    REQUIRE(scan(text, 2).records == expected);
  }
}

TEST_CASE("a scan goes on at any later record") {
  std::mt19937 random(4);
  std::string text;
  std::vector<std::size_t> begins;
  for (int i = 0; i < 2000; ++i) {
    begins.push_back(text.size());
    text += std::to_string(i) + "," + std::string(random() % 90, 'x') + "\n";
  }
  LineScanner scanner(text, {',', Newline::lf, 2});
  std::string_view record;
  for (std::size_t i = 0; i < begins.size(); i += 1 + random() % 60) {
    scanner.seek(text.data() + begins[i]);
    REQUIRE(scanner.next(record));
    REQUIRE(record.substr(0, record.find(',')) == std::to_string(i));
  }
  scanner.seek(text.data() + text.size());
  CHECK_FALSE(scanner.next(record));
  CHECK(scanner.is_clean());
}

TEST_CASE("what is clean here, the strict reader accepts, with as many rows") {
  std::mt19937 random(5);
  int clean = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string body;
    const std::size_t length = random() % 24;
    for (std::size_t i = 0; i < length; ++i) {
      body += "aaa,,,\n\n\n\r\"b\xC3\xA9\xFF\0"[random() % 17];
    }
    const Newline newline = round % 3 == 0 ? Newline::crlf : Newline::lf;
    const std::string header = newline == Newline::crlf ? "x,y\r\n" : "x,y\n";
    const Scanned scanned = scan(body, 2, newline);
    if (!scanned.trouble.empty()) {
      continue;
    }
    ++clean;
    CAPTURE(body);
    CsvScanner scanner(Format::csv, "t.csv");
    scanner.feed(header + body);
    REQUIRE(scanner.finish().rows == scanned.records.size());
  }
  CHECK(clean > 200);
}

TEST_CASE("a record is split at its delimiters") {
  std::vector<std::string_view> fields(3);
  split_record("a,,c", ',', fields);
  CHECK(fields == std::vector<std::string_view>{"a", "", "c"});
  split_record("a\tb,c\t", '\t', fields);
  CHECK(fields == std::vector<std::string_view>{"a", "b,c", ""});
  std::vector<std::string_view> first(1);
  split_record("k,v,w", ',', first);
  CHECK(first.front() == "k");
}

}  // namespace
}  // namespace mlops::table
