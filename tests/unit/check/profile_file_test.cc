#include "check/profile_file.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "unit/check/check_texts.h"

namespace mlops::check::test {
namespace {

/// With the digest made right again.
std::string sealed(std::string text) {
  constexpr std::size_t kTail = 10 + 64 + 3;
  const std::string body = text.substr(0, text.size() - kTail);
  return body + "\"sha256\":\"" + to_hex(codec::sha256(codec::as_bytes(body))) + "\"}\n";
}

std::string replaced(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return sealed(std::string(text).replace(at, from.size(), to));
}

std::string sample() {
  std::string table = "n,w,\"q\\\n";
  for (int i = 0; i < 40; ++i) {
    table +=
        std::to_string(i % 4 - 1) + (i % 2 == 0 ? ",one" : ",two") + (i == 7 ? ",inf\n" : ",\n");
  }
  return format_profile(profile_of(
      "baseline = \"b.csv\"\n[[check.c.rule]]\nkind = \"correlation\"\nmax = 1\n", table));
}

}  // namespace

TEST_CASE("a profile is read as it was written") {
  const std::string text = format_profile(profile_of("", "n,w\n1,one\n1,one\n2.5,\n"));
  const Profile profile = parse_profile(text, "x.profile.json");
  CHECK(profile.rows == 3);
  CHECK(profile.columns.size() == 2);
  CHECK(profile.name == "x.profile.json");
  CHECK(format_profile(profile) == text);
  const std::string empty = format_profile(Profile());
  CHECK(parse_profile(empty, "e").columns.empty());
}

TEST_CASE("a profile that was changed or cut is none") {
  const std::string text = format_profile(profile_of("", "n,w\n1,one\n1,one\n2.5,\n"));
  CHECK_THROWS_WITH(parse_profile("", "x"), Catch::Contains("'x' is no profile"));
  CHECK_THROWS_WITH(parse_profile("{}", "x"), Catch::Contains("does not begin"));
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    CHECK_THROWS_AS(parse_profile(text.substr(0, cut), "x"), Error);
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_THROWS_AS(parse_profile(changed, "x"), Error);
  }
  CHECK_THROWS_WITH(parse_profile(replaced(text, "\"version\":1", "\"version\":2"), "x"),
                    Catch::Contains("another version"));
}

TEST_CASE("what no writer makes is refused although its digest is right") {
  const std::string text = format_profile(profile_of("", "n,w\n1,one\n1,one\n2.5,\n"));
  const std::string numbers = "\"numbers\":\"";
  const std::size_t begin = text.find(numbers) + numbers.size();
  const std::string cells = text.substr(begin, text.find('"', begin) - begin);
  for (const std::string& other : {std::string("zz:3"),
                                   std::string("3ff0:0"),
                                   std::string("3ff0"),
                                   std::string(":3"),
                                   std::string("c:3"),
                                   std::string("bff0/99:3"),
                                   std::string("bff00000000000000:3"),
                                   std::string("fff1:3"),
                                   std::string("bff1/14:3"),
                                   std::string("bff0:1 bff01:2"),
                                   std::string("bff1:1 bff0:2"),
                                   std::string("bff0:03"),
                                   std::string("bff0:3 "),
                                   std::string("bff0/16:3"),
                                   std::string("BFF0:3"),
                                   std::string("bff0:99999999999999999999"),
                                   std::string("bff0:2")}) {
    CAPTURE(other);
    CHECK_THROWS_AS(parse_profile(replaced(text, "\"" + cells + "\"", "\"" + other + "\""), "x"),
                    Error);
  }
  CHECK_NOTHROW(parse_profile(replaced(text, "\"" + cells + "\"", "\"bff0:3\""), "x"));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"rows\":3", "\"rows\":4"},
           {"\"rows\":3", "\"rows\":3.0"},
           {"\"rows\":3", "\"rows\":-3"},
           {"\"nulls\":0", "\"nulls\":null"},
           {"\"files\":1", "\"files\": 1"},
           {"\"files\":1", "\"files\":1,\"files\":1"},
           {"\"names\":[", "\"name\":[["},
           {"\"name\":\"w\"", "\"name\":\"n\""},
           {"],\"pairs\":[", "],\"pairs\":[\n[0,1,3,0,0,0,0,0],\n[0,1,3,0,0,0,0,0]"},
           {"],\"pairs\":[", "],\"pairs\":[\n[1,0,3,0,0,0,0,0]"},
           {"],\"pairs\":[", "],\"pairs\":[\n[0,7,3,0,0,0,0,0]"},
           {"],\"pairs\":[", "],\"pairs\":[\n[0,1,3,0,0,0,0]"},
           {"],\"pairs\":[", "],\"pairs\":[\n[0,1,3,0,0,0,0,1e999]"},
           {"],\"pairs\":[", "],\"pairs\":[\n[0,1,3,0,0,0,0,\"1\"]"},
           {"],\"pairs\":[", "],\"pairs\":[[[[[[[["},
           {"\"key\":\"0", "\"key\":\"x"},
           {"\"format\"", "\"Format\""}}) {
    CAPTURE(from, to);
    CHECK_THROWS_AS(parse_profile(replaced(text, from, to), "x"), Error);
  }
  CHECK_NOTHROW(
      parse_profile(replaced(text, "],\"pairs\":[", "],\"pairs\":[\n[0,1,3,0,0,0,0,0.5]"), "x"));
}

TEST_CASE("names of columns are any text") {
  const std::string text = sample();
  const Profile profile = parse_profile(text, "x");
  CHECK(profile.columns.back().name == "\"q\\");
  CHECK(profile.pairs.size() == 3);
  CHECK_THROWS_WITH(profile_of("", "a\xFF\n1\n"), Catch::Contains("no UTF-8"));
}

}  // namespace mlops::check::test
