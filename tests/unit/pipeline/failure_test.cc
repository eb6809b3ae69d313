#include <chrono>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "expect_error.h"
#include "os/fault.h"
#include "pipeline/attempt.h"
#include "run_fixture.h"
#include "support/run_command.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

bool is_alive(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto end = text.rfind(')');
  return end != std::string::npos && text.substr(end, 3) != ") Z" && text.substr(end, 3) != ") X";
}

std::string word_of(const RunFixture& f, std::string_view file) {
  auto text = f.repo.read(file);
  return text.substr(0, text.find('\n'));
}

/// One stage that makes x from in, and has made it once.
void make_once(RunFixture& f) {
  f.repo.write("in", "1\n");
  f.pipeline("[stage.a]\ncmd = \"cat in > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  REQUIRE(f.states() == "a ran");
}

/// While it lives, calls of the os room fail as planned.
class Fault {
 public:
  explicit Fault(const std::string& plan) { os::fault::arm(plan); }
  ~Fault() { os::fault::arm("off"); }
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;
};

}  // namespace

TEST_CASE("failure: a timeout stops grandchildren that ignore SIGTERM",
          "[failure-deaf][failure-grandchildren]") {
  RunFixture f;
  // On a busy machine half a second may end before both have begun: then the next is longer.
  for (int milliseconds = 500; milliseconds <= 32'000; milliseconds *= 4) {
    f.pipeline(
        fmt::format("[stage.a]\ncmd = \"(trap '' TERM; sleep 61 & echo $! > grandchild; wait) & "
                    "trap '' TERM; echo $! > child; sleep 62\"\n"
                    "timeout = {{ run = \"{}ms\", grace = \"100ms\" }}\n",
                    milliseconds));
    f.run();
    REQUIRE(f.result("a").failure == FailureClass::timeout);
    if (f.exists("child") && f.exists("grandchild")) {
      break;
    }
  }
  CHECK_FALSE(is_alive(word_of(f, "child")));
  CHECK_FALSE(is_alive(word_of(f, "grandchild")));
}

TEST_CASE("failure: what a finished stage leaves running is stopped", "[failure-grandchildren]") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = \"sleep 61 & echo $! > left\"\n");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK_FALSE(is_alive(word_of(f, "left")));
}

TEST_CASE("failure: what left the group of a finished stage is stopped, too",
          "[failure-grandchildren]") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"setsid sh -c 'echo $$ >left; exec sleep 61' & "
      "until test -s left; do sleep 0.05; done\"\n");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK_FALSE(is_alive(word_of(f, "left")));
}

TEST_CASE("failure: an interrupt stops the whole tree of processes, a second one at once") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"trap '' TERM; (trap '' TERM; sleep 61) & echo $! > child; "
      "echo ready; wait\"\ntimeout = { run = \"1h\", grace = \"1h\" }\n");
  f.observer.hook = [&](const std::string& event) {
    if (event == "a: ready") {
      f.cancel->cancel(2);
      f.cancel->cancel(2);
    }
  };
  const auto start = std::chrono::steady_clock::now();
  f.run();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  CHECK(f.states() == "a cancelled");
  CHECK_FALSE(is_alive(word_of(f, "child")));
}

TEST_CASE("failure: an interrupted stage has its grace to clean up") {
  RunFixture f;
  f.pipeline(
      "[stage.a]\ncmd = \"trap 'sleep 0.5; touch cleaned; exit 0' TERM; echo ready; "
      "while :; do sleep 0.05; done\"\ntimeout = { run = \"1h\", grace = \"1h\" }\n");
  f.observer.hook = [&](const std::string& event) {
    if (event == "a: ready") {
      f.cancel->cancel(2);
    }
  };
  f.run();
  CHECK(f.states() == "a cancelled");
  CHECK(f.exists("cleaned"));
}

TEST_CASE("failure: a rerun after an interrupt goes on where it stopped") {
  RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline(
      "[stage.a]\ncmd = \"echo >> a.count; cp in x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n"
      "[stage.b]\ncmd = \"echo ready; test -e go || sleep 60; cp x y\"\ndeps = [\"x\"]\n"
      "outs = [\"y\"]\n");
  f.observer.hook = [&](const std::string& event) {
    if (event == "b: ready") {
      f.cancel->cancel(15);
    }
  };
  f.run();
  CHECK(f.states() == "a ran, b cancelled");
  f.observer.hook = {};
  f.repo.write("go", "");
  f.run();
  CHECK(f.states() == "a cached, b ran");
  CHECK(f.repo.read("a.count") == "\n");
}

TEST_CASE("failure: a program that is missing comes with what to do") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = [\"no-such-program-here\"]\n");
  f.run();
  CHECK(f.result("a").failure == FailureClass::user);
  CHECK_THAT(f.result("a").hint, Contains("PATH"));
  f.repo.write("bin/tool", "#!/bin/sh\n");
  f.pipeline("[stage.a]\ncmd = [\"bin/tool\"]\n");
  f.run();
  CHECK_THAT(f.result("a").reason, Contains("cannot be executed"));
  CHECK_THAT(f.result("a").hint, Contains("chmod +x bin/tool"));
  f.pipeline("[stage.a]\ncmd = [\"./absent\"]\nworkdir = \"bin\"\n");
  f.run();
  CHECK_THAT(f.result("a").reason, Contains("'./absent' was not found"));
  CHECK_THAT(f.result("a").hint, Contains("it is relative to 'bin'"));
}

TEST_CASE("failure: a program that is no program is the user's") {
  RunFixture f;
  f.repo.write("tool", "\x7f not a program");
  fs::permissions(f.repo / "tool", fs::perms::owner_exec, fs::perm_options::add);
  f.pipeline("[stage.a]\ncmd = [\"./tool\"]\n");
  f.run();
  CHECK(f.result("a").failure == FailureClass::user);
  CHECK_THAT(f.result("a").reason, Contains("cannot be started"));
}

TEST_CASE("failure: a stage that a signal kills says which") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = \"kill -SEGV $$\"\n");
  f.run();
  CHECK(f.result("a").failure == FailureClass::user);
  CHECK(f.result("a").signal_number == 11);
  CHECK_THAT(f.result("a").reason, Contains("signal 11"));
}

TEST_CASE("failure: an endless line comes in pieces, bytes that are no text are kept",
          "[failure-logs]") {
  RunFixture f;
  f.pipeline("[stage.a]\ncmd = \"head -c 2500000 /dev/zero; printf '\\\\377\\\\033[2J\\\\n'\"\n");
  std::size_t pieces = 0;
  f.observer.hook = [&](const std::string& event) {
    pieces += event.starts_with("a: ") ? 1U : 0U;
    CHECK(event.size() <= (1U << 20U) + 3);
  };
  f.run();
  CHECK(f.states() == "a ran");
  CHECK(pieces == 3);
  const auto log = mlops::test::read_file(f.result("a").log_file);
  CHECK(log.size() == 2'500'006);
  CHECK(log.ends_with("\xff\033[2J\n"));
}

TEST_CASE("failure: of more output than a log takes its beginning and its end are kept",
          "[failure-logs]") {
  const mlops::test::TempDir temp;
  StageLog log(temp.path(), "a", {10, 4});
  const auto text = [&] { return mlops::test::read_file(log.path()); };
  log.write("12345");
  CHECK(!log.is_full());
  log.write("67890ab");
  CHECK(log.is_full());
  log.end_attempt();
  CHECK(text() == "1234567890ab");
  CHECK(log.left_out_bytes() == 0);
  // The next attempt has an end of its own, however it is cut.
  for (const auto* piece : {"c", "defgh", "", "ijklmnopqrstu", "vw", "xyz"}) {
    log.write(piece);
  }
  log.end_attempt();
  CHECK(text() == "1234567890ab\n[mlops: 20 B of output are left out here]\nwxyz");
  CHECK(log.left_out_bytes() == 20);
  log.write("the next");
  log.end_attempt();
  CHECK(text().ends_with("\n[mlops: 4 B of output are left out here]\nnext"));
  CHECK(log.left_out_bytes() == 24);
}

TEST_CASE("failure: a full disk ends a log, not the stage") {
  const mlops::test::TempDir temp;
  StageLog log(temp.path(), "a");
  log.write("one\n");
  {
    const Fault full("1+:ENOSPC");
    log.write("two\n");
  }
  log.write("three\n");
  CHECK_THAT(log.problem(), Contains("no space left"));
  CHECK(mlops::test::read_file(log.path()) == "one\n");
}

TEST_CASE("failure: a disk that fills up at any point loses no outs and breaks no later run",
          "[failure-disk]") {
  RunFixture f;
  make_once(f);
  std::uint64_t calls = 0;
  {
    f.repo.write("in", "count\n");
    const Fault count("count");
    f.run();
    calls = os::fault::calls();
  }
  REQUIRE(f.states() == "a ran");
  REQUIRE(calls > 20);
  const auto step = std::max<std::uint64_t>(1, calls / 25);
  for (std::uint64_t from = 1; from <= calls; from += step) {
    CAPTURE(from, calls);
    const auto before = f.repo.read("x");
    const auto now = std::to_string(from) + "\n";
    f.repo.write("in", now);
    bool is_told = false;
    try {
      const Fault full(std::to_string(from) + "+:ENOSPC");
      f.run();
      is_told = f.last.worst() == FailureClass::infra;
    } catch (const Error&) {
      is_told = true;
    }
    // What cannot be put back while the disk is full is put back by the next run.
    f.repo.write("in", before);
    f.run();
    CHECK(f.last.worst() == FailureClass::none);
    CHECK(f.repo.read("x") == before);
    f.repo.write("in", now);
    f.run();
    CHECK(f.last.worst() == FailureClass::none);
    CHECK(f.repo.read("x") == now);
    CHECK((is_told || f.states() == "a cached"));
  }
}

/// Not a test by itself: the child of the next one.
TEST_CASE("a run that its own stage kills", "[.killed]") {
  workspace::OpenOptions options;
  options.directory = fs::current_path();
  options.git.search_path = "/usr/local/bin:/usr/bin:/bin";
  const auto workspace = workspace::Workspace::open(options);
  const auto pipeline = parse_pipeline(mlops::test::read_file("pipeline.toml"), "pipeline.toml");
  RunOptions run;
  run.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  testing::RecordingObserver observer;
  NoProgress quiet;
  const CancelToken cancel;
  run_pipeline(*workspace, pipeline, {}, run, observer, {quiet, cancel});
}

TEST_CASE("failure: after kill -9 the next run finds the former outs again") {
  RunFixture f;
  make_once(f);
  f.repo.write("in", "2\n");
  f.pipeline(
      "[stage.a]\ncmd = \"echo half > x; kill -9 $PPID\"\n"
      "deps = [\"in\"]\nouts = [\"x\"]\n");
  const auto self = fs::read_symlink("/proc/self/exe").string();
  const auto child = mlops::test::run_command({self, "[.killed]"}, f.repo.env(), f.repo.path());
  CHECK(child.exit_code == 128 + 9);
  CHECK(f.repo.read("x") == "half\n");
  f.pipeline("[stage.a]\ncmd = \"test -e go; cat in > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();  // fails: x is as the last good run left it
  CHECK(f.states() == "a failed");
  CHECK(f.repo.read("x") == "1\n");
  REQUIRE(f.progress.warnings.size() == 1);
  CHECK_THAT(f.progress.warnings[0], Contains("a run was killed while it wrote 'x'"));
  f.repo.write("go", "");
  f.run();
  CHECK(f.states() == "a ran");
  CHECK(f.repo.read("x") == "2\n");
}
