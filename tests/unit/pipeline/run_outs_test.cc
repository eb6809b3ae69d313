#include <filesystem>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "pipeline/outputs.h"
#include "run_fixture.h"
#include "workspace/data.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;
using testing::expect_error;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

void write_one(RunFixture& f) {
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"mkdir -p d; cp in d/x; cp in d/y; cp in m.json\"\ndeps = [\"in\"]\n"
      "outs = [\"d\"]\nmetrics = [\"m.json\"]\n");
}

}  // namespace

TEST_CASE("outs: deleted ones come back from the store", "[change-outs]") {
  RunFixture f;
  write_one(f);
  f.run();
  fs::remove_all(f.repo / "d");
  fs::remove(f.repo / "m.json");
  f.run();
  CHECK(f.states() == "a restored");
  CHECK(f.repo.read("d/x") == "1\n");
  CHECK(f.repo.read("m.json") == "1\n");
}

TEST_CASE("outs: what was edited by hand is kept as .orig on a hit", "[change-outs]") {
  RunFixture f;
  write_one(f);
  f.run();
  f.repo.write("m.json", "mine\n");
  f.repo.write("d/x", "mine too\n");
  f.run();
  CHECK(f.states() == "a restored");
  CHECK(f.repo.read("m.json") == "1\n");
  CHECK(f.repo.read("m.json.orig") == "mine\n");
  CHECK(f.repo.read("d/x") == "1\n");
  CHECK(f.repo.read("d.orig/x") == "mine too\n");
  CHECK(f.result("a").warnings.size() == 2);
  f.repo.write("m.json", "again\n");
  f.run();
  CHECK(f.repo.read("m.json.orig") == "mine\n");
  CHECK(f.repo.read("m.json.orig.1") == "again\n");
}

TEST_CASE("outs: files that the store does not know are refused before anything runs") {
  RunFixture f;
  write_one(f);
  f.repo.write("d/precious", "mine\n");
  expect_error(ErrorKind::conflict, "'d/precious'", [&] { f.run(); });
  CHECK(f.repo.read("d/precious") == "mine\n");
  CHECK_FALSE(f.exists("d/x"));
  fs::remove_all(f.repo / "d");
  f.run();
  f.repo.write("d/precious", "mine\n");
  f.repo.write("in", "2\n");
  expect_error(ErrorKind::conflict, "'d/precious'", [&] { f.run(); });
  CHECK(f.repo.read("d/precious") == "mine\n");
}

TEST_CASE("outs: files that git tracks are refused, metrics are not") {
  RunFixture f;
  write_one(f);
  f.repo.write("d/tracked", "1\n");
  f.repo.write("m.json", "0\n");
  f.repo.commit("start");
  expect_error(ErrorKind::conflict, "git rm -r --cached -- d", [&] { f.run(); });
  f.repo.git({"rm", "-q", "-r", "d"});
  f.run();
  CHECK(f.states() == "a ran");
  CHECK(f.repo.read("m.json") == "1\n");
}

TEST_CASE("outs: a data set is no out") {
  RunFixture f;
  write_one(f);
  f.repo.write("d/x", "1\n");
  const auto space = f.open();
  NoProgress quiet;
  CancelToken cancel;
  workspace::add_data(*space, {"d"}, {}, quiet, cancel);
  expect_error(ErrorKind::conflict, "is a data set", [&] { f.run(); });
}

TEST_CASE("outs: data is ignored by git, metrics and plots are not") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"cp in o/x; cp in o/m.json; cp in p.csv\"\ndeps = [\"in\"]\n"
      "outs = [\"o/x\"]\nmetrics = [\"o/m.json\"]\nplots = [\"p.csv\"]\n");
  f.run();
  CHECK(f.repo.read("o/.gitignore") == "/x\n");
  const auto status = f.repo.git({"status", "--porcelain", "-uall"});
  CHECK_THAT(status, Contains("o/m.json"));
  CHECK_THAT(status, Contains("p.csv"));
  CHECK_THAT(status, !Contains("o/x\n"));
  f.run();
  CHECK(f.repo.read("o/.gitignore") == "/x\n");
}

TEST_CASE("outs: a failing stage leaves those of the last run", "[rule-02]") {
  RunFixture f;
  write_one(f);
  f.run();
  f.repo.write("in", "2\n");
  f.pipeline(
      "[stage.a]\ncmd = \"test ! -e d; mkdir d; echo half > d/x; exit 1\"\ndeps = [\"in\"]\n"
      "outs = [\"d\"]\nmetrics = [\"m.json\"]\n");
  f.run();
  CHECK(f.states() == "a failed");
  CHECK(f.result("a").exit_code == 1);
  CHECK(f.repo.read("d/x") == "1\n");
  CHECK(f.repo.read("d/y") == "1\n");
  CHECK(f.repo.read("m.json") == "1\n");
}

TEST_CASE("outs: one that was not written, or is a link, fails the stage",
          "[rule-02][failure-output][failure-link]") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = [\"true\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK(f.states() == "a failed");
  CHECK_THAT(f.result("a").reason, Contains("'x' was not written"));
  f.pipeline("[stage.a]\ncmd = [\"ln\", \"-s\", \"/etc/hostname\", \"x\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK_THAT(f.result("a").reason, Contains("symbolic link"));
  CHECK_FALSE(f.exists("x"));
}

TEST_CASE("outs: persistent ones stay for the next run", "[rule-02]") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"cat in >> log\"\ndeps = [\"in\"]\n"
      "outs = [{ path = \"log\", persist = true }]\n");
  f.run();
  f.repo.write("in", "2\n");
  f.run();
  CHECK(f.repo.read("log") == "1\n2\n");
}

TEST_CASE("outs: what is not cached is recognised, and made again when it changed") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"cp in big\"\ndeps = [\"in\"]\n"
      "outs = [{ path = \"big\", cache = false }]\n");
  f.run();
  f.run();
  CHECK(f.states() == "a cached");
  CHECK(f.lock().instances.at(0).outs.empty());
  f.repo.write("big", "other\n");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK_THAT(f.result("a").reason, Contains("'big' is not cached"));
  f.repo.write("in", "2\n");
  f.run();
  CHECK(f.states() == "a ran");
}

TEST_CASE("outs: downstream reads what is restored, not what was edited") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"mkdir d; cp in d/x\"\ndeps = [\"in\"]\nouts = [\"d\"]\n"
      "[stage.b]\ncmd = \"cp d/x y\"\ndeps = [\"d/x\"]\nouts = [\"y\"]\n"
      "[stage.c]\ncmd = \"cat d/* > z\"\ndeps = [\"d/*\"]\nouts = [\"z\"]\n");
  f.run();
  f.repo.write("d/x", "edited\n");
  f.run();
  CHECK(f.states() == "a restored, b cached, c cached");
  fs::remove_all(f.repo / "d");
  fs::remove(f.repo / "y");
  f.run();
  CHECK(f.states() == "a restored, b restored, c cached");
}

TEST_CASE("outs: names with spaces, quotes and newlines") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = [\"cp\", \"in\", \"${outs.x}\"]\ndeps = [\"in\"]\n"
      "outs = { x = \"o dir/it's \\\"x\\\"\\n\\u2028$(id)*\" }\n");
  f.run();
  REQUIRE(f.states() == "a ran");
  f.run();
  CHECK(f.states() == "a cached");
  CHECK(f.lock().instances.at(0).outs.at(0).path == "o dir/it's \"x\"\n\u2028$(id)*");
}

TEST_CASE(
    "deps: a data set that is not checked out is read from its root, and comes for the stage") {
  RunFixture f;
  f.repo.write("raw/a.csv", "1\n");
  const auto space = f.open();
  NoProgress quiet;
  CancelToken cancel;
  workspace::add_data(*space, {"raw"}, {}, quiet, cancel);
  f.pipeline("[stage.a]\ncmd = \"cp raw/a.csv x\"\ndeps = [\"raw\"]\nouts = [\"x\"]\n");
  f.run();
  fs::remove_all(f.repo / "raw");
  f.run();
  CHECK(f.states() == "a cached");
  CHECK_FALSE(f.exists("raw"));
  f.pipeline("[stage.a]\ncmd = \"cat raw/a.csv > x\"\ndeps = [\"raw\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK(f.repo.read("raw/a.csv") == "1\n");
  fs::remove_all(f.repo / "raw");
  f.pipeline("[stage.a]\ncmd = \"cat raw/*.csv > x\"\ndeps = [\"raw/*.csv\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK(f.repo.read("x") == "1\n");
}

TEST_CASE("outs: a stage that makes a link of its out's directory reaches nothing behind it",
          "[case-08]") {
  RunFixture f;
  const auto outside = f.repo.directory() / "outside";
  mlops::test::write_file(outside / "x", "canary");
  mlops::test::write_file(outside / "tree/canary", "canary");
  const std::string end = GENERATE("exit 1", "exit 0");
  f.repo.write("in", "1\n");
  f.pipeline("[stage.a]\ncmd = \"test ! -e swap || { mv d gone; ln -s " + outside.string() +
             " d; " + end +
             "; }; mkdir -p d/tree; cp in d/x; cp in d/tree/y\"\ndeps = [\"in\"]\n"
             "outs = [\"d/x\", \"d/tree\"]\n");
  f.run();
  f.repo.write("swap", "");
  f.repo.write("in", "2\n");
  f.run();
  CHECK(f.states() == "a failed");
  REQUIRE_FALSE(f.result("a").warnings.empty());
  CHECK_THAT(f.result("a").warnings.back(), Contains("could not be put back"));
  CHECK_THAT(f.result("a").warnings.back(), Contains("leads through a symbolic link"));
  fs::remove(f.repo / "swap");
  // Nothing goes on before the user has looked; then the outs are back.
  expect_error(ErrorKind::conflict, "leads through a symbolic link", [&] { f.run(); });
  expect_error(ErrorKind::conflict, "wait in '", [&] { f.run(); });
  CHECK(mlops::test::read_file(outside / "x") == "canary");
  CHECK(mlops::test::read_file(outside / "tree/canary") == "canary");
  CHECK(std::distance(fs::recursive_directory_iterator(outside), {}) == 3);
  fs::remove(f.repo / "d");
  f.repo.write("in", "1\n");
  f.run();
  CHECK(f.states() == "a cached");
  CHECK(f.repo.read("d/x") == "1\n");
  CHECK(f.repo.read("d/tree/y") == "1\n");
}
