#include "pipeline/output_lines.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace mlops::pipeline;

namespace {

std::vector<std::string> cut(const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  LineCutter cutter([&](std::string_view line) { lines.emplace_back(line); });
  for (const auto& piece : pieces) {
    cutter.feed(piece);
  }
  cutter.finish();
  return lines;
}

}  // namespace

TEST_CASE("lines are cut wherever the pieces end") {
  CHECK(cut({"a\nb", "c\n", "\nd"}) == std::vector<std::string>{"a", "bc", "", "d"});
  CHECK(cut({}).empty());
}

TEST_CASE("progress bars are folded to what is left on the line") {
  CHECK(cut({"10%\r50%\r", "100%\ndone\r\n"}) == std::vector<std::string>{"100%", "done"});
}

TEST_CASE("what a line has begun with is known before its end") {
  LineCutter cutter([](std::string_view) {});
  CHECK(cutter.begun().empty());
  cutter.feed("one\ntwo");
  CHECK(cutter.begun() == "two");
  cutter.feed("\r");
  CHECK(cutter.begun() == "two");
  cutter.feed("10%");
  CHECK(cutter.begun() == "10%");
  cutter.feed("\n");
  CHECK(cutter.begun().empty());
}

TEST_CASE("a line without end comes in pieces") {
  const auto lines = cut({std::string(kMaxLineBytes + 5, 'x')});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() == kMaxLineBytes);
  CHECK(lines[1].size() == 5);
}
