#include "pipeline/dvc_lock.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;

namespace {

const std::string kMd5(32, 'a');

std::string lock_refusal(const std::string& text) {
  try {
    parse_dvc_stages(text, "dvc.lock");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    return error.message();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("dvc.lock says what a stage ran with") {
  const auto stages = parse_dvc_stages(
      "schema: '2.0'\nstages:\n  t@us:\n    cmd:\n    - a b\n    - c\n    deps:\n"
      "    - path: d\n      hash: md5\n      md5: " +
          kMd5 +
          ".dir\n      size: 3\n      nfiles: 1\n"
          "    - path: run.sh\n      md5: " +
          kMd5 +
          "\n      isexec: true\n"
          "    - path: s3://b/k\n      etag: x\n"
          "    params:\n      params.yaml:\n        lr: 0.10\n        l: [1, a]\n"
          "    outs:\n    - path: o\n      hash: md5\n      md5: " +
          kMd5 + "\n",
      "dvc.lock");
  REQUIRE(stages.size() == 1);
  const DvcLockedStage& stage = stages.at("t@us");
  CHECK(stage.command == DvcCommand{{"a b", "c"}, true});
  REQUIRE(stage.deps.size() == 2);
  CHECK(store::format_foreign(stage.deps[0].id) == "md5:" + kMd5 + ".dir");
  CHECK(store::format_foreign(stage.deps[1].id) == "md5-dos2unix:" + kMd5 + ".exec");
  CHECK(stage.params.at("params.yaml") ==
        std::map<std::string, std::string>{{"lr", "0.1"}, {"l", "[1,\"a\"]"}});
  REQUIRE(stage.outs.size() == 1);
  CHECK(stage.outs[0].path == "o");
  CHECK(parse_dvc_stages("t:\n  cmd: a\n", "dvc.lock").at("t").command.lines.size() == 1);
  CHECK(parse_dvc_stages("schema: '2.0'\n", "dvc.lock").empty());
  CHECK(parse_dvc_stages("", "dvc.lock").empty());
}

TEST_CASE("a broken dvc.lock is refused with line and key") {
  const auto stage = [](const std::string& keys) {
    return lock_refusal("schema: '2.0'\nstages:\n  t:\n    cmd: a\n" + keys);
  };
  CHECK_THAT(stage("    deps: 7\n"), Contains("dvc.lock:5: stages.t.deps: must be a list"));
  CHECK_THAT(stage("    deps:\n    - md5: x\n"),
             Contains("dvc.lock:6: stages.t.deps[0]: has no path"));
  CHECK_THAT(stage("    outs:\n    - path: x\n      md5: zz\n"),
             Contains("dvc.lock:7: stages.t.outs[0].md5: must be 32 hex digits"));
  CHECK_THAT(stage("    params:\n      p.yaml: 7\n"), Contains("params.p.yaml: must be a table"));
  CHECK_THAT(lock_refusal("schema: '2.0'\nstages:\n  t: 7\n"),
             Contains("stages.t: must be a table"));
  CHECK_THAT(lock_refusal("schema: '2.0'\nstages: 7\n"), Contains("stages: must be a table"));
  CHECK_THAT(lock_refusal("t:\n  cmd: {a: 1}\n"), Contains("cmd: must be a text"));
  CHECK_THAT(lock_refusal("[a]\n"), Contains("must be a table"));
}
