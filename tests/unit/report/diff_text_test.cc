#include <sstream>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "report/diff_report.h"
#include "unit/report/example_report.h"
#include "unit/report/golden.h"

namespace mlops::report::test {

TEST_CASE("the table looks as designed") {
  check_golden("diff.txt", diff_as_text(example_report(), {}));
}

TEST_CASE("a narrow terminal cuts cells, not verdicts") {
  const std::string text = diff_as_text(example_report(), {80, TextStyle::Color::no});
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(display_width(line) <= 80);
  }
  CHECK(text.find("FAIL") != std::string::npos);
  CHECK(text.find("1 fail, 0 warn, 1 insufficient") != std::string::npos);
  check_golden("diff-80.txt", text);
}

TEST_CASE("colour repeats the words and adds nothing else") {
  std::string colored = diff_as_text(example_report(), {0, TextStyle::Color::yes});
  CHECK(colored.find("\x1b[1;31mFAIL\x1b[0m") != std::string::npos);
  for (std::size_t at = colored.find('\x1b'); at != std::string::npos; at = colored.find('\x1b')) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == diff_as_text(example_report(), {}));
}

TEST_CASE("cells of a table cannot speak to the terminal") {
  diff::Report report = example_report();
  report.predictions[0].worst[0].key = "\x1b]0;x\x07";
  report.predictions[0].rules[3].slice = "ward=\x1b[2J";
  const std::string text = diff_as_text(report, {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
}

}  // namespace mlops::report::test
