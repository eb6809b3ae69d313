#include "workspace/pointer.h"

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

const std::string kRoot = "r1:" + std::string(64, 'a');

std::string pointer_text(const std::string& files, const std::string& bytes) {
  return "schema = 1\nroot = \"" + kRoot + "\"\nkind = \"file\"\nfiles = " + files +
         "\nbytes = " + bytes + "\n";
}

std::string pointer_problem(const std::string& text) {
  const Error error = error_of([&] { parse_pointer(text, "x.mlops"); });
  CHECK(error.kind() == ErrorKind::config);
  return full_text(error);
}

TEST_CASE("the sample pointer is written and read back byte for byte") {
  const std::string sample =
      mlops::test::read_file(std::string(MLOPS_TEST_DATA) + "/train.csv.mlops");
  const Pointer pointer = parse_pointer(sample, "train.csv.mlops");
  CHECK(pointer.kind == store::EntryKind::file);
  CHECK(pointer.files == 1);
  CHECK(pointer.bytes == 184218);
  CHECK(format_pointer(pointer) == sample);
}

TEST_CASE("hostile pointers are refused", "[case-23]") {
  CHECK(parse_pointer(pointer_text("1", "9223372036854775807"), "x").bytes == INT64_MAX);
  CHECK_THAT(pointer_problem(std::string(100U << 20U, '#')), Contains("x.mlops"));
  CHECK_THAT(pointer_problem(pointer_text("1", "-1")), Contains("x.mlops:5: bytes"));
  CHECK_THAT(pointer_problem(pointer_text("1", "9223372036854775808")), Contains("x.mlops:5"));
  CHECK_THAT(pointer_problem(pointer_text("1", "1.5")), Contains("integer"));
  CHECK_THAT(pointer_problem(pointer_text("2", "1")), Contains("files must be 1"));
  CHECK_THAT(pointer_problem(pointer_text("1", "1") + "bytes = 1\n"), Contains("x.mlops:6"));
  CHECK_THAT(pointer_problem(pointer_text("1", "1") + "byte = 1\n"), Contains("bytes"));
  CHECK_THAT(pointer_problem("schema = 2\nmandatory = 1\n"), Contains("upgrade mlops"));
  CHECK_THAT(pointer_problem("schema = 0\n"), Contains("reads schema 1"));
  CHECK_THAT(pointer_problem(""), Contains("schema"));
  CHECK_THAT(pointer_problem("<<<<<<< HEAD\n" + pointer_text("1", "1")),
             Contains("conflict markers"));
  for (const std::string& root : {std::string("r1:"),
                                  "r1:" + std::string(63, 'a'),
                                  "r1:" + std::string(65, 'a'),
                                  "r2:" + std::string(64, 'a'),
                                  "r1:" + std::string(64, 'A'),
                                  std::string(64, 'a')}) {
    CHECK_THAT(pointer_problem("schema = 1\nroot = \"" + root +
                               "\"\nkind = \"file\"\nfiles = 1\nbytes = 1\n"),
               Contains("64 hex digits"));
  }
}

TEST_CASE("line ends of git's autocrlf are accepted, a lone CR is not", "[case-23][case-14]") {
  std::string crlf;
  for (const char c : pointer_text("1", "7")) {
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  }
  CHECK(parse_pointer(crlf, "x") == parse_pointer(pointer_text("1", "7"), "x"));
  CHECK_THAT(pointer_problem("schema = 1\r" + pointer_text("1", "1")), Contains("x.mlops:1"));
  CHECK_THAT(pointer_problem("schema = 1\nroot = \"" + kRoot +
                             "\r\"\nkind = \"file\"\nfiles = 1\nbytes = 1\n"),
             Contains("x.mlops:2"));
}

}  // namespace
}  // namespace mlops::workspace::test
