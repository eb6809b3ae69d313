#include "workspace/lock_file.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

std::string sample() {
  return mlops::test::read_file(std::string(MLOPS_TEST_DATA) + "/pipeline.lock");
}

std::string problem_of(const std::string& text) {
  const Error error = error_of([&] { parse_lock(text, "pipeline.lock"); });
  CHECK(error.kind() == ErrorKind::config);
  return full_text(error);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("the sample lock is written and read back byte for byte") {
  const Lock lock = parse_lock(sample(), "pipeline.lock");
  REQUIRE(lock.instances.size() == 2);
  const LockedInstance& prepare = lock.instances[0];
  CHECK(prepare.cmd.size() == 6);
  CHECK_FALSE(prepare.shell);
  CHECK(prepare.params.at("prepare.rows") == "100000");
  CHECK(prepare.deps[1].git.size() == 40);
  CHECK(prepare.outs[0].files == 12);
  const LockedInstance& train = lock.instances[1];
  CHECK(train.shell);
  CHECK(train.cmd == std::vector<std::string>{"python train.py mlp 0 > log/mlp-0.txt"});
  CHECK(train.matrix == std::map<std::string, std::string>{{"fold", "0"}, {"model", "\"mlp\""}});
  CHECK(train.params.at("train.lr") == "0.1");
  CHECK(train.params.at("train.layers") == "[8,8]");
  CHECK(train.params.at("train.nothing") == "null");
  CHECK(train.params.at("train.opt") == "{\"a\":1}");
  CHECK(format_lock(lock) == sample());
}

TEST_CASE("the order of instances, deps and outs does not depend on who wrote them") {
  Lock lock = parse_lock(sample(), "pipeline.lock");
  std::reverse(lock.instances.begin(), lock.instances.end());
  for (LockedInstance& instance : lock.instances) {
    std::reverse(instance.deps.begin(), instance.deps.end());
  }
  CHECK(format_lock(lock) == sample());
}

TEST_CASE("parameters keep their type and value") {
  Lock lock;
  lock.instances.push_back({.stage = "s",
                            .matrix = {},
                            .cmd = {"true"},
                            .shell = false,
                            .params = {},
                            .environment = "process:0",
                            .grade = "weak",
                            .deps = {},
                            .outs = {}});
  for (const char* json : {"1",
                           "1.0",
                           "-0.0",
                           "1e+300",
                           "1e-07",
                           "\"1\"",
                           "\"\"",
                           "true",
                           "null",
                           "[]",
                           "{}",
                           "[1,[2.5,\"x\"]]",
                           "[[[[1]]]]",
                           "[[[[[1]]]]]",
                           "[null]",
                           "{\"json\":\"null\"}",
                           "18446744073709551615",
                           "-9223372036854775808",
                           "\"line\\nbreak \\\"q\\\" \\\\ \\u0000\""}) {
    CAPTURE(json);
    lock.instances[0].params = {{"a.b", json}, {"with space", "1"}};
    CHECK(parse_lock(format_lock(lock), "x").instances == lock.instances);
  }
}

TEST_CASE("a shell command and a list of one word differ") {
  Lock lock = parse_lock(sample(), "x");
  lock.instances[0].cmd = {"a b"};
  const std::string list = format_lock(lock);
  lock.instances[0].shell = true;
  CHECK(format_lock(lock) != list);
  CHECK(parse_lock(format_lock(lock), "x").instances == lock.instances);
}

TEST_CASE("hostile locks are refused", "[case-23]") {
  CHECK_THAT(problem_of("<<<<<<< HEAD\n"), Contains("conflict markers"));
  CHECK_THAT(problem_of(sample() + "\n<<<<<<< HEAD\n"), Contains("conflict markers"));
  CHECK_THAT(problem_of("schema = 7\n"), Contains("upgrade mlops"));
  CHECK_THAT(problem_of(sample() + "color = 1\n"), Contains("color"));
  CHECK_THAT(problem_of(replaced(sample(), "files = 12", "files = -12")), Contains("negative"));
  CHECK_THAT(problem_of(replaced(sample(), "\"data/clean\", root", "\"../clean\", root")),
             Contains("'..'"));
  CHECK_THAT(problem_of(replaced(sample(), "\"data/clean\", root", "\".git/hooks\", root")),
             Contains("'.git'"));
  CHECK_THAT(problem_of(replaced(sample(), "\"data/clean\", root", "\"/etc\", root")),
             Contains("is empty"));
  CHECK_THAT(problem_of(replaced(sample(), "git = \"3b", "git = \"zz")), Contains("git object id"));
  CHECK_THAT(problem_of(replaced(sample(), "grade = \"weak\"", "grade = \"week\"")),
             Contains("weak"));
  CHECK_THAT(problem_of(replaced(sample(), "root = \"r1:7d", "root = \"r1:")),
             Contains("64 hex digits"));
  CHECK_THAT(problem_of(replaced(sample(), "{\\\"a\\\":1}", std::string(1'000'000, '['))),
             Contains("deeper than 32"));
  const std::string twice = sample() + sample().substr(sample().find("\n[[instance]]"));
  CHECK_THAT(problem_of(twice), Contains("two entries of the same instance"));
  std::string same_out = sample();
  same_out = replaced(same_out,
                      "outs = []",
                      "outs = [{ path = \"data/clean\", root = \"r1:" + std::string(64, 'b') +
                          "\", files = 1, bytes = 1 }]");
  CHECK_THAT(problem_of(same_out), Contains("two instances make 'data/clean'"));
}

}  // namespace
}  // namespace mlops::workspace::test
