#include "pipeline/missing_deps.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "run_fixture.h"
#include "workspace/data.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::expect_error;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> missing_in(const RunFixture& f) {
  const auto pipeline = parse_pipeline(f.repo.read("pipeline.toml"), "pipeline.toml");
  const auto graph = build_graph(pipeline, {});
  const auto space = f.open();
  std::vector<std::string> texts;
  for (const auto& one : find_missing_deps(*space, graph)) {
    texts.push_back(to_string(one));
  }
  return texts;
}

}  // namespace

TEST_CASE("missing deps: all are found, each once for a stage") {
  RunFixture f;
  f.repo.write("there", "1");
  f.pipeline(
      "[stage.a]\ncmd = [\"true\"]\nmatrix = { k = [1, 2] }\n"
      "deps = [\"there\", \"gone\", \"no/*.csv\"]\nouts = [\"d/${matrix.k}\"]\n"
      "[stage.b]\ncmd = [\"true\"]\ndeps = [\"d\", \"d/1\", \"d/1/x\", \"lost\"]\n");
  CHECK(missing_in(f) ==
        std::vector<std::string>{"pipeline.toml:2: stage.a.deps: 'gone' does not exist",
                                 "pipeline.toml:7: stage.b.deps: 'lost' does not exist"});
}

TEST_CASE("missing deps: a data set that is not checked out exists") {
  RunFixture f;
  f.repo.write("raw/a.csv", "1\n");
  const auto space = f.open();
  NoProgress quiet;
  CancelToken cancel;
  workspace::add_data(*space, {"raw"}, {}, quiet, cancel);
  fs::remove_all(f.repo / "raw");
  f.pipeline("[stage.a]\ncmd = [\"true\"]\ndeps = [\"raw\", \"raw/a.csv\", \"rax\"]\n");
  CHECK(missing_in(f).size() == 1);
}

TEST_CASE("missing deps: the refusal names file, line and key") {
  Stage stage;
  stage.position = {"p.toml", 3, "stage.a"};
  Instance instance;
  instance.stage = &stage;
  expect_error(ErrorKind::config, "p.toml:3: stage.a.deps: 'x' does not exist", [&] {
    fail_missing({&instance, "x"});
  });
}
