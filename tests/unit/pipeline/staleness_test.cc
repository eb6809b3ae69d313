#include "pipeline/staleness.h"

#include <catch2/catch.hpp>

#include "run_fixture.h"
#include "workspace/data.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;
using testing::RunFixture;

namespace {

struct Model : RunFixture {
  Model() {
    repo.write("raw.csv", "1\n2\n3\n");
    repo.write("make.sh", "head -n 2 clean.csv\n");
    repo.write("params.toml", "rows = 2\n");
    pipeline(
        "params = [\"params.toml\"]\n"
        "[stage.clean]\ncmd = \"cp raw.csv clean.csv\"\ndeps = [\"raw.csv\"]\nouts = "
        "[\"clean.csv\"]\n"
        "[stage.predict]\ncmd = \"sh make.sh > out.csv; echo ${params.rows} >> out.csv\"\n"
        "deps = [\"clean.csv\", \"make.sh\"]\nparams = [\"rows\"]\nouts = [\"out.csv\"]\n"
        "[stage.other]\ncmd = \"echo ${params.rows} > other.txt\"\nouts = [\"other.txt\"]\n"
        "params = [\"rows\"]\n");
    repo.commit("start");
    run();
    repo.commit("ran");
  }
  std::string stale(const std::optional<std::string>& revision = "HEAD") const {
    const auto workspace = open();
    const auto found = find_stale_outs(*workspace, revision, "pipeline.toml", {"out.csv"});
    return found.empty() ? "" : found.at("out.csv");
  }
};

}  // namespace

TEST_CASE("outs of a version that was run and committed whole are not stale") {
  Model f;
  CHECK(f.stale().empty());
  CHECK(f.stale(std::nullopt).empty());
}

TEST_CASE("a version whose params, code, data or command were not run is stale and says why") {
  Model f;
  f.repo.write("params.toml", "rows = 3\n");
  CHECK(f.stale().empty());
  CHECK_THAT(f.stale(std::nullopt), Contains("'predict'") && Contains("rows 2 instead of 3"));
  f.repo.commit("a parameter nobody ran");
  CHECK_THAT(f.stale(), Contains("rows 2 instead of 3"));
  f.repo.write("params.toml", "rows = 2\n");
  f.repo.write("make.sh", "tail -n 2 clean.csv\n");
  f.repo.commit("code nobody ran");
  CHECK_THAT(f.stale(), Contains("another 'make.sh'"));
  CHECK_THAT(f.stale(std::nullopt), Contains("another 'make.sh'"));
  f.repo.write("make.sh", "head -n 2 clean.csv\n");
  f.repo.write("raw.csv", "4\n");
  f.repo.commit("data nobody ran");
  CHECK_THAT(f.stale(), Contains("'clean'") && Contains("another 'raw.csv'"));
  f.run();
  f.repo.commit("ran");
  CHECK(f.stale().empty());
}

TEST_CASE("what no lock speaks of is not stale, nor are files that no stage makes") {
  Model f;
  f.repo.write("pipeline.lock", "schema = 1\n");
  f.repo.commit("a lock of nothing");
  CHECK(f.stale().empty());
  const auto workspace = f.open();
  CHECK(find_stale_outs(*workspace, "HEAD", "pipeline.toml", {"raw.csv"}).empty());
  CHECK(find_stale_outs(*workspace, "HEAD", "nosuch.toml", {"out.csv"}).empty());
}

TEST_CASE("a data set that was changed after the run makes the version stale") {
  RunFixture f;
  f.repo.write("raw.csv", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"cp raw.csv out.csv\"\ndeps = [\"raw.csv\"]\nouts = [\"out.csv\"]\n");
  const auto add = [&] {
    const auto workspace = f.open();
    workspace::add_data(*workspace, {"raw.csv"}, {}, f.progress, *f.cancel);
  };
  f.cancel = std::make_unique<CancelToken>();
  add();
  f.run();
  f.repo.commit("ran");
  const auto stale = [&] {
    return find_stale_outs(*f.open(), "HEAD", "pipeline.toml", {"out.csv"});
  };
  CHECK(stale().empty());
  f.repo.write("raw.csv", "2\n");
  add();
  f.repo.commit("other data");
  REQUIRE(stale().size() == 1);
  CHECK_THAT(stale().at("out.csv"), Contains("another 'raw.csv'"));
}
