#include "pipeline/run.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "run_fixture.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;
using testing::expect_error;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

/// prepare → train → evaluate, with one metric.
void write_chain(RunFixture& fixture) {
  fixture.repo.write("raw.txt", "3\n1\n2\n");
  fixture.repo.write("params.toml", "rows = 2\n");
  fixture.pipeline(
      "params = [\"params.toml\"]\n"
      "[stage.prepare]\ncmd = \"sort raw.txt > data/clean.txt\"\ndeps = [\"raw.txt\"]\n"
      "outs = { data = \"data/clean.txt\" }\n"
      "[stage.train]\ncmd = [\"sh\", \"-c\", \"head -n ${params.rows} data/clean.txt > m.bin\"]\n"
      "deps = [\"data/clean.txt\"]\nouts = [\"m.bin\"]\nparams = [\"rows\"]\n"
      "[stage.evaluate]\ncmd = \"wc -l < m.bin > metrics.json\"\ndeps = [\"m.bin\"]\n"
      "metrics = [\"metrics.json\"]\n");
}

RunOptions with(const std::function<void(RunOptions&)>& change) {
  RunOptions options;
  change(options);
  return options;
}

std::string read_all(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += line + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a pipeline runs in order, then everything is cached") {
  RunFixture f;
  write_chain(f);
  f.run();
  CHECK(f.states() == "prepare ran, train ran, evaluate ran");
  CHECK(f.repo.read("m.bin") == "1\n2\n");
  CHECK(f.repo.read("metrics.json") == "2\n");
  CHECK(f.last.worst() == FailureClass::none);
  f.run();
  CHECK(f.states() == "prepare cached, train cached, evaluate cached");
  CHECK(f.observer.events ==
        std::vector<std::string>{
            "run", "end prepare cached", "end train cached", "end evaluate cached"});
}

TEST_CASE("a parameter reruns its stage and what depends on it", "[change-reruns]") {
  RunFixture f;
  write_chain(f);
  f.run();
  f.repo.write("params.toml", "rows = 3\n");
  f.run();
  CHECK(f.states() == "prepare cached, train ran, evaluate ran");
  CHECK(f.result("train").reason == "param rows changed, command changed");
  f.repo.write("params.toml", "rows = 2\n");
  f.run();  // made before: from the store
  CHECK(f.states() == "prepare cached, train restored, evaluate restored");
  CHECK(f.repo.read("m.bin") == "1\n2\n");
  CHECK(f.repo.read("metrics.json") == "2\n");
}

TEST_CASE("unchanged outs stop the propagation", "[change-reruns]") {
  RunFixture f;
  write_chain(f);
  f.run();
  f.repo.write("raw.txt", "2\n3\n1\n");  // sorts to the same
  f.run();
  CHECK(f.states() == "prepare ran, train cached, evaluate cached");
}

TEST_CASE("the lock names what was used and made") {
  RunFixture f;
  write_chain(f);
  f.repo.commit("start");
  f.run();
  const auto lock = f.lock();
  REQUIRE(lock.instances.size() == 3);
  const auto& prepare = lock.instances[1];
  CHECK(prepare.stage == "prepare");
  CHECK(prepare.shell);
  CHECK(prepare.cmd == std::vector<std::string>{"sort raw.txt > data/clean.txt"});
  REQUIRE(prepare.deps.size() == 1);
  CHECK(prepare.deps[0].git ==
        f.repo.git({"hash-object", "raw.txt"}).substr(0, prepare.deps[0].git.size()));
  REQUIRE(prepare.outs.size() == 1);
  const auto& train = lock.instances[2];
  CHECK(train.params.at("rows") == "2");
  REQUIRE(train.deps.size() == 1);
  CHECK(train.deps[0].root == prepare.outs[0].root);
  const auto before = f.repo.read("pipeline.lock");
  f.run();
  CHECK(f.repo.read("pipeline.lock") == before);
}

TEST_CASE("instances that are gone leave the lock") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"echo ${matrix.k} > ${matrix.k}\"\nmatrix = { k = [\"x\", \"y\"] }\n"
      "outs = [\"${matrix.k}\"]\n");
  f.run();
  CHECK(f.lock().instances.size() == 2);
  f.pipeline(
      "[stage.a]\ncmd = \"echo ${matrix.k} > ${matrix.k}\"\nmatrix = { k = [\"x\"] }\n"
      "outs = [\"${matrix.k}\"]\nenv = { set = { A = \"1\" } }\n");
  f.run(with([](RunOptions& o) { o.use_cache = UseCache::no; }));
  CHECK(f.lock().instances.size() == 1);
}

TEST_CASE("a failing stage is a result with its exit code and the end of its log") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"for i in $(seq 30); do echo line $i; done; exit 3\"\n"
      "outs = [\"x\"]\n[stage.b]\ncmd = [\"true\"]\ndeps = [\"x\"]\n"
      "[stage.c]\ncmd = [\"true\"]\n");
  f.run(with([](RunOptions& o) { o.jobs = 1; }));
  CHECK(f.states() == "a failed, b not started, c not started");
  const auto& a = f.result("a");
  CHECK(a.failure == FailureClass::user);
  CHECK(a.exit_code == 3);
  CHECK_THAT(a.reason, Contains("exit code 3"));
  REQUIRE(a.log_end.size() == 20);
  CHECK(a.log_end.back() == "line 30");
  CHECK_THAT(mlops::test::read_file(a.log_file), Contains("line 1\n"));
  CHECK(f.last.worst() == FailureClass::user);
  CHECK_FALSE(f.exists("pipeline.lock"));
}

TEST_CASE("failures are never cached", "[rule-02]") {
  RunFixture f;
  f.repo.write("in", "1");
  f.pipeline("[stage.a]\ncmd = \"test -e ok; echo > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK(f.states() == "a failed");
  f.run();
  CHECK(f.states() == "a failed");
  f.repo.write("ok", "");
  f.run();
  CHECK(f.states() == "a ran");
}

TEST_CASE("keep going runs what does not depend on the failure") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = [\"false\"]\nouts = [\"x\"]\n[stage.b]\ncmd = [\"true\"]\n"
      "deps = [\"x\"]\n[stage.c]\ncmd = [\"true\"]\n");
  f.run(with([](RunOptions& o) {
    o.jobs = 1;
    o.keep_going = true;
  }));
  CHECK(f.states() == "a failed, b not started, c ran");
}

TEST_CASE("an allowed failure does not fail the run, nor what only comes after it") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = [\"false\"]\nallow_failure = true\nouts = [\"x\"]\n"
      "[stage.b]\ncmd = [\"true\"]\nafter = [\"a\"]\n"
      "[stage.c]\ncmd = [\"true\"]\ndeps = [\"x\"]\n");
  f.run();
  CHECK(f.states() == "a failed, b ran, c not started");
  CHECK(f.last.worst() == FailureClass::none);
}

TEST_CASE("a stage whose condition does not hold is skipped with its dependants") {
  RunFixture f;
  f.repo.write("params.toml", "on = false\n");
  f.pipeline(
      "params = [\"params.toml\"]\n[stage.a]\ncmd = [\"true\"]\nwhen = \"params.on\"\n"
      "outs = [\"x\"]\n[stage.b]\ncmd = [\"true\"]\ndeps = [\"x\"]\n"
      "[stage.c]\ncmd = [\"true\"]\nafter = [\"a\"]\n");
  f.run();
  CHECK(f.states() == "a skipped, b skipped, c ran");
}

TEST_CASE("a program that is not there is the user's failure") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = [\"no-such-program-here\"]\n");
  f.run();
  CHECK(f.result("a").failure == FailureClass::user);
  CHECK(f.result("a").exit_code == 127);
  CHECK_THAT(f.result("a").reason, Contains("'no-such-program-here' was not found in PATH"));
}

TEST_CASE("a stage that takes too long is stopped") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = [\"sleep\", \"60\"]\ntimeout = { run = \"100ms\", grace = \"1s\" }\n");
  f.run();
  CHECK(f.result("a").failure == FailureClass::timeout);
  CHECK(f.last.worst() == FailureClass::timeout);
}

TEST_CASE("what a retry lists is tried again") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"echo x >> tries; test $(wc -l < tries) -ge 3 || exit 75\"\n"
      "retry = { max = 3, on = [\"exit:75\"], backoff = \"1ms\" }\n");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK(f.result("a").warnings.size() == 2);
  f.pipeline(
      "[stage.a]\ncmd = \"echo x >> more; exit 74\"\n"
      "retry = { max = 3, on = [\"exit:75\"], backoff = \"1ms\" }\n");
  f.run();
  CHECK(f.states() == "a failed");
  CHECK(f.repo.read("more") == "x\n");
}

TEST_CASE("a stage sees exactly the declared variables") {
  RunFixture f;
  f.repo.write("params.toml", "lr = 0.5\n[model]\nkind = \"a b\"\n");
  f.environment["GIVEN"] = "g";
  f.pipeline(
      "params = [\"params.toml\"]\n[stage.a]\n"
      "cmd = \"env | cut -d= -f1 | sort > names; cat $MLOPS_PARAMS > p.json\"\n"
      "outs = [\"names\", \"p.json\"]\nparams = [\"lr\", \"model\"]\n"
      "env = { set = { ONE = \"1\" }, pass = [\"GIVEN\", \"ABSENT\"] }\n");
  f.run();
  REQUIRE(f.states() == "a ran");
  const auto names = f.repo.read("names");
  for (const auto* name : {"GIVEN\n", "HOME\n", "MLOPS_PARAMS\n", "ONE\n", "PATH\n"}) {
    CHECK_THAT(names, Contains(name));
  }
  CHECK_THAT(names, !Contains("SECRET_OF_THE_USER"));
  CHECK_THAT(names, !Contains("ABSENT"));
  CHECK_THAT(f.repo.read("p.json"), Contains("\"kind\": \"a b\""));
}

TEST_CASE("output is streamed by line and kept whole") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"echo out; echo err >&2; printf '1%%\\\\r2%%\\\\n'; printf end\"\n");
  f.run();
  const auto text = read_all(f.observer.events);
  for (const auto* line : {"a: out\n", "a: err\n", "a: 2%\n", "a: end\n"}) {
    CHECK_THAT(text, Contains(line));
  }
  CHECK_THAT(mlops::test::read_file(f.result("a").log_file), Contains("1%\r2%\nend"));
}

TEST_CASE("stages without deps and params always run, unless told otherwise", "[rule-04]") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"echo > x\"\nouts = [\"x\"]\n"
      "[stage.b]\ncmd = \"echo > y\"\nouts = [\"y\"]\ncache = \"always\"\n");
  f.run();
  f.run();
  CHECK(f.states() == "a ran, b cached");
}

TEST_CASE("cache = false and --no-cache run again") {
  RunFixture f;
  f.repo.write("in", "1");
  f.pipeline(
      "[stage.a]\ncmd = \"cp in x\"\ndeps = [\"in\"]\nouts = [\"x\"]\ncache = false\n"
      "[stage.b]\ncmd = \"cp in y\"\ndeps = [\"in\"]\nouts = [\"y\"]\n");
  f.run();
  f.run();
  CHECK(f.states() == "a ran, b cached");
  f.run(with([](RunOptions& o) { o.use_cache = UseCache::no; }));
  CHECK(f.states() == "a ran, b ran");
  CHECK(f.result("b").reason == "--no-cache");
}

TEST_CASE("other outs from the same inputs are reported", "[rule-06]") {
  RunFixture f;
  f.repo.write("in", "1");
  f.repo.write("noise", "1");
  f.pipeline("[stage.a]\ncmd = \"cat in noise > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  f.repo.write("noise", "2");
  f.run(with([](RunOptions& o) { o.use_cache = UseCache::no; }));
  REQUIRE(f.result("a").warnings.size() == 1);
  CHECK_THAT(f.result("a").warnings[0], Contains("not reproducible"));
  CHECK_THAT(f.result("a").warnings[0], Contains("the cache keeps the first"));
  // The work tree and the lock have what this run made; the first result is what others get.
  CHECK(f.repo.read("x") == "12");
  const auto second = f.lock().instances.at(0).outs.at(0).root;
  f.run();
  CHECK(f.states() == "a restored");
  CHECK(f.repo.read("x") == "11");
  CHECK(f.lock().instances.at(0).outs.at(0).root != second);
  CHECK_FALSE(f.exists("x.orig"));
}

TEST_CASE("a result that is gone is replaced by the next one") {
  RunFixture f;
  f.repo.write("in", "1");
  f.repo.write("noise", "1");
  f.pipeline(
      "[stage.a]\ncmd = \"cat in noise > x\"\ndeps = [\"in\"]\n"
      "outs = [{ path = \"x\", cache = false }]\n");
  f.run();
  f.repo.write("noise", "2");
  fs::remove(f.repo / "x");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK_THAT(f.result("a").warnings.at(0), Contains("the first is gone"));
  f.run();
  CHECK(f.states() == "a cached");
}

TEST_CASE("a dry run changes nothing and says what would happen") {
  RunFixture f;
  write_chain(f);
  const auto dry = with([](RunOptions& o) { o.mode = RunMode::dry_run; });
  f.run(dry);
  CHECK(f.states() == "prepare would run, train would run, evaluate would run");
  CHECK_FALSE(f.exists("data"));
  CHECK_FALSE(f.exists("pipeline.lock"));
  f.run();
  fs::remove(f.repo / "m.bin");
  fs::remove(f.repo / "data/clean.txt");
  f.run(dry);
  CHECK(f.states() == "prepare would restore, train would restore, evaluate cached");
  CHECK(f.result("train").reason == "in the store");
  CHECK_FALSE(f.exists("m.bin"));
}

TEST_CASE("a selection runs its upstream and nothing else") {
  RunFixture f;
  write_chain(f);
  f.run(with([](RunOptions& o) { o.selection.wanted = {"train"}; }));
  CHECK(f.states() == "prepare ran, train ran");
  CHECK_FALSE(f.exists("metrics.json"));
}

TEST_CASE("an input that changes during the run is not cached", "[rule-01][failure-input]") {
  RunFixture f;
  f.repo.write("in", "1");
  f.pipeline("[stage.a]\ncmd = \"cp in x; echo 2 > in\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK(f.states() == "a ran");
  REQUIRE(f.result("a").warnings.size() == 1);
  CHECK_THAT(f.result("a").warnings[0], Contains("changed while the stage ran"));
  CHECK_FALSE(f.exists("pipeline.lock"));
  f.repo.write("in", "1");
  f.run();
  CHECK(f.states() == "a ran");
}

TEST_CASE("undeclared writes are listed", "[rule-07]") {
  RunFixture f;
  f.repo.write(".gitignore", "*.tmp\ncache/\n");
  f.repo.write("in", "1");
  f.repo.write("notes.txt", "old");
  f.pipeline(
      "[stage.a]\ncmd = \"mkdir cache sub; cp in x; cp in sub/y; cp in z.tmp; cp in cache/c; "
      "echo more >> notes.txt\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  CHECK(f.result("a").undeclared_writes == std::vector<std::string>{"notes.txt", "sub/y"});
}

TEST_CASE("what this build lacks is refused before anything runs") {
  RunFixture f;
  f.pipeline(
      "[pool.k]\ntype = \"kubernetes\"\n"
      "[stage.a]\ncmd = \"echo > ran\"\n[stage.b]\ncmd = [\"true\"]\npool = \"k\"\n");
  expect_error(ErrorKind::config, "pipeline.toml:3: pool.k.type", [&] { f.run(); });
  CHECK_FALSE(f.exists("ran"));
  f.run(with([](RunOptions& o) { o.selection.wanted = {"a"}; }));
  CHECK(f.states() == "a ran");
}

TEST_CASE("a dep that does not exist is refused before anything runs") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"echo > x\"\nouts = [\"x\"]\n"
      "[stage.b]\ncmd = [\"true\"]\ndeps = [\"x\", \"no\"]\n");
  expect_error(ErrorKind::config, "'no' does not exist", [&] { f.run(); });
  CHECK_FALSE(f.exists("x"));
}

TEST_CASE("a dep that is a link is refused: what it points to is not in the key") {
  RunFixture f;
  fs::create_symlink("/etc/hostname", f.repo / "in");
  f.pipeline("[stage.a]\ncmd = [\"true\"]\ndeps = [\"in\"]\n");
  expect_error(ErrorKind::config, "'in' is a symbolic link", [&] { f.run(); });
}

TEST_CASE("a glob that matches a name that the lock cannot hold is refused") {
  RunFixture f;
  f.repo.write("src/caf\xe9.py", "1");
  f.pipeline("[stage.a]\ncmd = [\"true\"]\ndeps = [\"src/*.py\"]\n");
  expect_error(ErrorKind::config, "not UTF-8", [&] { f.run(); });
  CHECK_FALSE(f.exists("pipeline.lock"));
  f.pipeline("[stage.a]\ncmd = [\"true\"]\ndeps = [\"src\"]\n");
  f.run();
  CHECK(f.lock().instances.size() == 1);
}

TEST_CASE("a stage that needs more than its pool has is refused") {
  RunFixture f;
  f.pipeline(
      "[pool.local]\ntype = \"local\"\nslots = { cpu = 2, memory = \"1GiB\" }\n"
      "[stage.a]\ncmd = [\"true\"]\nresources = { cpu = 3 }\n");
  expect_error(ErrorKind::config, "needs 3", [&] { f.run(); });
}

TEST_CASE("stages run at the same time as far as slots allow") {
  RunFixture f;
  // Each waits for the other one's mark: only together can they end.
  const std::string stage =
      "cmd = \"touch ${matrix.me}; for i in $(seq 100); do test -e "
      "${matrix.other} && exit 0; sleep 0.1; done; exit 1\"\n";
  f.pipeline(
      "[stage.a]\nmatrix = { me = [\"m1\", \"m2\"], other = [\"m1\", \"m2\"], exclude = [{ me "
      "= \"m1\", other = \"m1\" }, { me = \"m2\", other = \"m2\" }] }\n" +
      stage);
  f.run();
  CHECK(f.last.worst() == FailureClass::none);
}

TEST_CASE("one slot runs one stage at a time") {
  RunFixture f;
  f.pipeline(
      "[pool.local]\ntype = \"local\"\nslots = { cpu = 1 }\n"
      "[stage.a]\nmatrix = { k = [1, 2, 3] }\n"
      "cmd = \"mkdir busy; sleep 0.05; rmdir busy\"\n");
  f.run(with([](RunOptions& o) { o.jobs = 3; }));
  CHECK(f.last.worst() == FailureClass::none);
}

TEST_CASE("an interrupt stops the running stage and starts no other") {
  RunFixture f;
  f.repo.write("in", "1");
  f.pipeline(
      "[stage.a]\ncmd = \"echo half > x; echo ready; sleep 60\"\ndeps = [\"in\"]\n"
      "outs = [\"x\"]\n[stage.b]\ncmd = [\"true\"]\ndeps = [\"x\"]\n");
  f.observer.hook = [&](const std::string& event) {
    if (event == "a: ready") {
      f.cancel->cancel(15);
    }
  };
  f.run();
  CHECK(f.states() == "a cancelled, b not started");
  CHECK(f.last.worst() == FailureClass::interrupted);
  CHECK_FALSE(f.exists("x"));
}

TEST_CASE("two runs in one work tree do not meet", "[rule-08]") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = \"echo ready\"\n");
  bool refused = false;
  f.observer.hook = [&](const std::string& event) {
    if (event != "a: ready") {
      return;
    }
    RunFixture* self = &f;
    const auto workspace = self->open();
    const auto pipeline = parse_pipeline(self->repo.read("pipeline.toml"), "pipeline.toml");
    testing::RecordingObserver other;
    RunOptions options;
    options.environment = self->environment;
    expect_error(ErrorKind::locked, "another run", [&] {
      run_pipeline(*workspace, pipeline, {}, options, other, {self->progress, *self->cancel});
    });
    refused = true;
  };
  f.run();
  CHECK(refused);
}
