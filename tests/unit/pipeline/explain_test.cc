#include "pipeline/explain.h"

#include <catch2/catch.hpp>

#include "run_fixture.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::RunFixture;

namespace {

KeyDifference only(const KeyParts& before, const KeyParts& now) {
  const auto found = explain_differences(before, now);
  REQUIRE(found.size() == 1);
  return found[0];
}

const std::string kId(64, 'a');

}  // namespace

TEST_CASE("explain: a command is shown as shell words") {
  const auto one = only({{"command", "argv 6:python,6:a b.py,"}},
                        {{"command", "shell 2:sh,3:-eu,2:-c,8:echo 'x',"}});
  CHECK(one.old_value == "python 'a b.py'");
  CHECK(one.new_value == "sh -eu -c 'echo '\\''x'\\'''");
}

TEST_CASE("explain: content is a short id and a size") {
  const auto one =
      only({{"dep d", "file 2048 " + kId}}, {{"dep d", "directory 12 " + std::string(64, 'b')}});
  CHECK(one.old_value == "content aaaaaaaaaaaa (2.0 KiB)");
  CHECK(one.new_value == "directory bbbbbbbbbbbb (12 B)");
}

TEST_CASE("explain: variables, parameters and environments") {
  const auto variable = only({{"env LANG", "unset"}}, {{"env LANG", "set a b"}});
  CHECK(variable.old_value == "not set");
  CHECK(variable.new_value == "'a b'");
  const auto parameter = only({{"param lr", "1"}}, {{"param lr", "\"1\""}});
  CHECK(parameter.old_value == "1");
  CHECK(parameter.new_value == "\"1\"");
  CHECK(only({{"environment", "process:" + kId}}, {{"environment", ""}}).old_value ==
        "process:aaaaaaaaaaaa");
}

TEST_CASE("explain: what a damaged memory holds is shown as it is") {
  for (const auto* text : {"argv",
                           "argv 3",
                           "argv 3:ab",
                           "argv 2:ab",
                           "argv 99:a,",
                           "argv x:a,",
                           "argv -1:a,",
                           "argv 18446744073709551615:a,"}) {
    CAPTURE(text);
    CHECK(only({{"command", text}}, {}).old_value == text);
  }
  CHECK(only({{"dep d", "file x " + kId}}, {}).old_value == "file x " + kId);
  CHECK(only({{"dep d", "file"}}, {}).old_value == "file");
}

TEST_CASE("explain: parameters come first, the command last") {
  const auto found = explain_differences(
      {{"command", "argv 1:a,"}, {"dep d", "x"}, {"substituted lr", "1"}, {"workdir", "."}},
      {{"command", "argv 1:b,"}, {"dep d", "y"}, {"substituted lr", "2"}, {"workdir", "s"}});
  REQUIRE(found.size() == 4);
  CHECK(found[0].part == "param lr");
  CHECK(found[1].part == "dep d");
  CHECK(found[2].part == "workdir");
  CHECK(found[3].part == "command");
  CHECK(summarize(found) == "param lr changed, dep d changed, workdir changed, 1 more");
}

TEST_CASE("explain: a parameter that is declared and substituted is named once") {
  const auto found = explain_differences({{"param lr", "1"}, {"substituted lr", "1"}},
                                         {{"param lr", "2"}, {"substituted lr", "2"}});
  CHECK(found.size() == 1);
}

TEST_CASE("explain: a parameter that stands in the command only is named") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.repo.write("params.toml", "[train]\nfeatures = 2\n");
  f.pipeline(
      "params = [\"params.toml\"]\n[stage.a]\n"
      "cmd = [\"sh\", \"-c\", \"echo $0 > x\", \"${params.train.features}\"]\n"
      "deps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  f.repo.write("params.toml", "[train]\nfeatures = 10\n");
  f.run();
  const auto& a = f.result("a");
  CHECK(a.state == InstanceState::ran);
  CHECK(a.reason == "param train.features changed, command changed");
  REQUIRE(a.differences.size() == 2);
  CHECK(a.differences[0].part == "param train.features");
  CHECK(a.differences[0].old_value == "2");
  CHECK(a.differences[0].new_value == "10");
  CHECK(a.differences[1].old_value == "sh -c 'echo $0 > x' 2");
}
