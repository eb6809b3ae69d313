#include "app/parse.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"

using mlops::Error;
using mlops::ErrorKind;
using mlops::app::parse_command_line;
using mlops::app::ParsedLine;

namespace {

using Words = std::vector<std::string>;

/// "message | hint" of the refusal.
std::string refusal(const Words& words) {
  try {
    parse_command_line(words);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.message() + " | " + error.hint();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("flags stand anywhere", "[parse]") {
  for (const Words& words : {Words{"-q", "data", "ls", "--rev", "v1", "x"},
                             Words{"data", "-q", "ls", "x", "--rev=v1"},
                             Words{"data", "ls", "x", "--rev", "v1", "-q"}}) {
    const ParsedLine line = parse_command_line(words);
    REQUIRE(line.command != nullptr);
    CHECK(line.command->path == "data ls");
    CHECK(line.arguments.has("quiet"));
    CHECK(line.arguments.find("rev") == "v1");
    CHECK(line.arguments.words() == Words{"x"});
  }
}

TEST_CASE("the value of a global flag is no command", "[parse]") {
  const ParsedLine line = parse_command_line({"-C", "run", "--color", "never", "status"});
  CHECK(line.topic == "status");
  CHECK(line.arguments.find("C") == "run");
  CHECK(parse_command_line({"-Crun", "status"}).arguments.find("C") == "run");
}

TEST_CASE("letters may be joined", "[parse]") {
  const ParsedLine line = parse_command_line({"run", "-nk", "-j4"});
  CHECK(line.arguments.has("dry-run"));
  CHECK(line.arguments.has("keep-going"));
  CHECK(line.arguments.find("jobs") == "4");
}

TEST_CASE("after -- everything is an argument", "[parse]") {
  const ParsedLine line = parse_command_line({"data", "add", "--", "-q", "--json"});
  CHECK_FALSE(line.arguments.has("json"));
  CHECK(line.arguments.words() == Words{"-q", "--json"});
  CHECK_FALSE(parse_command_line({"data", "add", "--", "-h"}).help == ParsedLine::Help::screen);
}

TEST_CASE("help and version are asked for anywhere", "[parse]") {
  using Help = ParsedLine::Help;
  CHECK(parse_command_line({}).help == Help::screen);
  CHECK(parse_command_line({"data"}).topic == "data");
  CHECK(parse_command_line({"data", "add", "-h"}).help == Help::screen);
  CHECK(parse_command_line({"--help", "data", "add"}).help == Help::manual);
  CHECK(parse_command_line({"diff", "a", "b", "c", "d", "--help"}).topic == "diff");
  CHECK(parse_command_line({"--version"}).version);
  CHECK(parse_command_line({"run", "--version"}).version);
  CHECK(parse_command_line({"data", "add", "--version"}).version);
  CHECK_FALSE(parse_command_line({"data", "add", "--", "--version"}).version);
}

TEST_CASE("what is unknown is refused with the likely word", "[parse]") {
  CHECK(refusal({"satus"}) == "'satus' is not an mlops command | did you mean 'status'?");
  CHECK(refusal({"data", "cta"}) == "'data cta' is not an mlops command | did you mean 'cat'?");
  CHECK(refusal({"zzz"}) == "'zzz' is not an mlops command | mlops help");
  CHECK(refusal({"run", "--explian"}) == "unknown flag '--explian' | did you mean '--explain'?");
  CHECK(refusal({"run", "-Z"}) == "unknown flag '-Z' | mlops run -h");
  CHECK(refusal({"run", "--"}) == "accepted");
}

TEST_CASE("values are held against what the flag takes", "[parse]") {
  CHECK(refusal({"run", "--jobs"}) == "--jobs wants a value: <n> | mlops run -h");
  CHECK(refusal({"-C"}) == "-C wants a value: <dir> | mlops -h");
  CHECK(refusal({"diff", "--format", "jsn=x"}) ==
        "--format takes table | json | html | junit | md | github | gitlab | csv | openmetrics, "
        "not 'jsn' | did you mean 'json'?");
  CHECK(refusal({"diff", "--format", "json=x"}) == "accepted");
}

TEST_CASE("too few and too many words are named", "[parse]") {
  CHECK(refusal({"data", "add"}) ==
        "'mlops data add' wants a <path> | mlops data add <path>... [flags]");
  CHECK(refusal({"status", "x"}).starts_with("'mlops status' does not take 'x' | "));
  CHECK(refusal({"diff", "a", "b", "c"}).starts_with("'mlops diff' does not take 'c' | "));
}

TEST_CASE("hostile words are refused, not obeyed", "[parse][case-19]") {
  CHECK(refusal({"data", "ls", "--upload-pack=x"}) ==
        "unknown flag '--upload-pack' | mlops data ls -h");
  CHECK(refusal({"\x1b]0;x\x07"}).find('\x1b') == std::string::npos);
  CHECK(refusal({"run", "-\x1b[2J"}).find('\x1b') == std::string::npos);
  const std::string many(100000, 'x');
  CHECK(refusal({many}).starts_with("'xxx"));
}
