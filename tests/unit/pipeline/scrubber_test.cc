#include "pipeline/scrubber.h"

#include <catch2/catch.hpp>

using mlops::pipeline::Scrubber;

namespace {

const std::string kSecret = "pa/ss+w?rd~42";

std::string scrub(const std::vector<std::string>& values,
                  const std::string& text,
                  std::size_t chunk) {
  std::string out;
  Scrubber scrubber(values, [&](std::string_view bytes) { out += bytes; });
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    scrubber.feed(std::string_view(text).substr(at, chunk));
  }
  scrubber.finish();
  return out;
}

}  // namespace

TEST_CASE("a secret is taken out wherever the chunks are cut") {
  const auto text = "a " + kSecret + " b " + kSecret + kSecret + " pa/ss+w?rd~4 end";
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
    CAPTURE(chunk);
    CHECK(scrub({kSecret}, text, chunk) == "a *** b ****** pa/ss+w?rd~4 end");
  }
}

TEST_CASE("base64 of a secret is taken out, also inside of a longer text") {
  // python3 -c 'import base64; print(base64.b64encode(b"pa/ss+w?rd~42"))', with 0 to 2 bytes before
  for (const auto* text : {"cGEvc3Mrdz9yZH40Mg==",
                           "eHBhL3NzK3c/cmR+NDI=",
                           "eHhwYS9zcyt3P3Jkfj QyCg==",
                           "eHBhL3NzK3c_cmR-NDI="}) {
    CAPTURE(text);
    std::string joined = text;
    joined.erase(std::remove(joined.begin(), joined.end(), ' '), joined.end());
    const auto out = scrub({kSecret}, "x=" + joined, 3);
    CHECK(out.find("***") != std::string::npos);
    CHECK(out.size() < 16);
  }
}

TEST_CASE("percent encoding and the lines of a secret are taken out") {
  CHECK(scrub({kSecret}, "u=pa%2Fss%2Bw%3Frd~42&", 1) == "u=***&");
  CHECK(scrub({kSecret}, "u=pa%2fss%2bw%3frd~42&", 4) == "u=***&");
  const std::string key = "-----BEGIN\nabcdefgh12345678\nxy\n-----END KEY";
  CHECK(scrub({key}, "at abcdefgh12345678 xy", 2) == "at *** xy");
  CHECK(scrub({key}, key, 5) == "***");
}

TEST_CASE("without secrets, and without a trace of them, all bytes come through at the end") {
  CHECK(scrub({}, "any\xff text", 2) == "any\xff text");
  CHECK(scrub({kSecret}, "pa/ss+", 1) == "pa/ss+");
  CHECK(scrub({"abcabcabd"}, "abcabcabcabd", 1) == "abc***");
}

TEST_CASE("a secret is taken out of quoted texts and of lines of base64") {
  const std::string quoted = R"(pa"ss\wo/rd1)";
  CHECK(scrub({quoted}, R"({"a": "pa\"ss\\wo/rd1"} pa\"ss\\wo\/rd1)", 5) == R"({"a": "***"} ***)");
  const std::string secret(100, 'k');
  const std::string line =
      "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr";
  const auto out = scrub({secret}, line + "\n" + line.substr(0, 56) + "a2s=\n", 9);
  CHECK(out.find("a2tra2tr") == std::string::npos);
}

TEST_CASE("a text is cleaned as a stream is") {
  CHECK(mlops::pipeline::scrub({kSecret}, "login failed for " + kSecret) == "login failed for ***");
}
