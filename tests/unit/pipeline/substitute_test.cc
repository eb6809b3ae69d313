#include "pipeline/substitute.h"

#include <map>

#include <catch2/catch.hpp>

#include "expect_error.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::expect_error;

namespace {

std::optional<std::string> look_up(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> kValues{
      {"params.plain", "10"},
      {"params.spaced", "a b"},
      {"params.hostile", "'; rm -rf / #$(x)`y`"},
      {"params.empty", ""},
      {"params.nested", "${params.plain}"},
  };
  const auto found = kValues.find(name);
  return found == kValues.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

TEST_CASE("names become values, once") {
  CHECK(substitute("x=${params.plain};${params.spaced}", look_up) == "x=10;a b");
  CHECK(substitute("${params.nested}", look_up) == "${params.plain}");
  CHECK(substitute("$${params.plain} $HOME $$", look_up) == "${params.plain} $HOME $$");
}

TEST_CASE("what is not defined is an error that says how to write it literally") {
  expect_error(ErrorKind::config, "${HOME}", [] { substitute("${HOME}", look_up); });
  expect_error(ErrorKind::config, "$${HOME}", [] { substitute("${HOME}", look_up); });
  expect_error(ErrorKind::config, "not closed", [] { substitute("a ${params.plain", look_up); });
}

TEST_CASE("in a script every value is one word") {
  CHECK(substitute_script("run ${params.plain}", look_up) == "run 10");
  CHECK(substitute_script("run ${params.spaced}", look_up) == "run 'a b'");
  CHECK(substitute_script("run ${params.empty} x", look_up) == "run '' x");
  const auto text = substitute_script("run ${params.hostile}", look_up);
  CHECK(text == R"(run ''\''; rm -rf / #$(x)`y`')");
}

TEST_CASE("a value that needs quotes is refused where quoting cannot be safe") {
  for (const auto* script : {"echo \"${params.spaced}\"",
                             "echo '${params.spaced}'",
                             "echo `f ${params.spaced}`",
                             "echo \"$(f ${params.spaced})\"",
                             "cat <<E\n${params.spaced}\nE",
                             "echo \\${params.spaced}"}) {
    CAPTURE(script);
    expect_error(ErrorKind::config, "quotes", [&] { substitute_script(script, look_up); });
  }
}

TEST_CASE("plain values stand anywhere in a script") {
  CHECK(substitute_script("echo \"${params.plain}\" '${params.plain}'", look_up) ==
        "echo \"10\" '10'");
}

TEST_CASE("a quote in a comment does not open a quotation") {
  CHECK(substitute_script("# don't\nrun ${params.spaced}", look_up) == "# don't\nrun 'a b'");
  CHECK(substitute_script("a#'b' ${params.spaced}", look_up) == "a#'b' 'a b'");
}
