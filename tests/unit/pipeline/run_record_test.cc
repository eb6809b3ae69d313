#include "pipeline/run_record.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "expect_error.h"
#include "os/fault.h"
#include "run_fixture.h"
#include "support/temp_dir.h"
#include "unit/os/call_trace.h"

using namespace mlops;
using namespace mlops::pipeline;
using nlohmann::json;
using testing::expect_error;

TEST_CASE("a record is one JSON object a line, readable while it grows") {
  const mlops::test::TempDir temp;
  RunRecord record(temp.path() / "runs", "r1");
  record.append("start", {{"instance", "a\n\xff"}}, os::Durability::relaxed);
  const auto file = temp.path() / "runs/r1/run.jsonl";
  const auto first = json::parse(mlops::test::read_file(file));
  CHECK(first["event"] == "start");
  CHECK(first["time"].get<std::string>().ends_with("Z"));
  record.append("end", json::object(), os::Durability::durable);
  std::istringstream lines(mlops::test::read_file(file));
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    CHECK_FALSE(json::parse(line)["event"].is_null());
    ++count;
  }
  CHECK(count == 2);
}

TEST_CASE("ids of runs are plain names and used once") {
  const mlops::test::TempDir temp;
  const auto runs = temp.path() / "runs";
  for (const auto* id : {"", ".", "..", "a/b", "-x", ".x", "a b"}) {
    CAPTURE(id);
    expect_error(ErrorKind::usage, "id of a run", [&] { RunRecord(runs, id); });
  }
  const RunRecord record(runs, "r1");
  expect_error(ErrorKind::usage, "already", [&] { RunRecord(runs, "r1"); });
  const auto made = make_run_id();
  CHECK(made.size() == 20);
  CHECK(made != make_run_id());
}

TEST_CASE("file names of instances are safe, short and their own") {
  CHECK(file_name_of("train@fold=1,model=xgb") == "train@fold=1,model=xgb");
  const auto hostile = file_name_of("a@k=../../x");
  CHECK(hostile.find('/') == std::string::npos);
  CHECK(hostile != file_name_of("a@k=..?..?x"));
  CHECK(file_name_of("a@k=" + std::string(500, 'x')).size() < 200);
}

TEST_CASE("a run leaves its record: intent before action, then the outcome") {
  testing::RunFixture f;
  f.pipeline("[stage.a]\ncmd = [\"false\"]\n");
  RunOptions options;
  options.run_id = "mine";
  f.run(options);
  const auto runs = f.open()->state_directory() / "runs";
  std::istringstream lines(mlops::test::read_file(runs / "mine/run.jsonl"));
  std::vector<json> events;
  for (std::string line; std::getline(lines, line);) {
    events.push_back(json::parse(line));
  }
  REQUIRE(events.size() == 4);
  CHECK(events[0]["event"] == "run");
  CHECK(events[0]["instances"] == json::array({"a"}));
  CHECK(events[1]["event"] == "start");
  CHECK(events[2]["event"] == "end");
  CHECK(events[2]["state"] == "failed");
  CHECK(events[2]["exit_code"] == 1);
  CHECK(events[3]["worst"] == "user");
}

TEST_CASE("the first line that must stay makes all names above it stay") {
  const mlops::test::TempDir temp;
  const auto state = temp / "state";
  const auto runs = state / "runs";
  const bool is_there = GENERATE(false, true);
  if (is_there) {
    // By another run, of which nobody knows how far it got.
    std::filesystem::create_directories(runs);
  } else {
    std::filesystem::create_directories(state);
  }
  const auto trace = os::CallTrace::of([&] {
    RunRecord record(runs, "r1");
    record.append("run", json::object(), os::Durability::relaxed);
    record.append("start", json::object(), os::Durability::durable);
  });
  const auto count = trace.calls().size();
  const auto directory = runs / "r1";
  CHECK(trace.find("mkdirat", directory / "params") < trace.find("fsync", directory));
  const auto renames = trace.renames_to((directory / "run.jsonl").string());
  REQUIRE(renames.size() == 1);
  CHECK(trace.find("fsync", directory, renames.front()) < count);
  const auto run = trace.find("mkdirat", directory);
  REQUIRE(run < count);
  CHECK(trace.find("fsync", runs, run) < count);
  const auto made = is_there ? 0 : trace.find("mkdirat", runs);
  REQUIRE(made < count);
  CHECK(trace.find("fsync", state, made) < count);
  CHECK(trace.find("fdatasync", directory / "run.jsonl") < count);
}

TEST_CASE("before outs are moved, all that a next run must find is on disk") {
  testing::RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline("[stage.a]\ncmd = \"cat in > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  const auto state = f.open()->state_directory();
  const auto first = os::CallTrace::of([&] { f.run(); });
  const auto made = first.find("mkdirat", state);
  REQUIRE(made < first.calls().size());
  CHECK(first.find("fsync", state.parent_path(), made) < first.find("mkdirat", state / "runs"));
  f.repo.write("in", "2\n");
  std::filesystem::remove_all(state / "runs");
  std::filesystem::remove_all(state / "running");
  const auto trace = os::CallTrace::of([&] { f.run(); });
  REQUIRE(f.states() == "a ran");
  const auto move = trace.find("renameat2", f.repo / "x");
  REQUIRE(move < trace.calls().size());
  const auto aside = std::filesystem::path(trace.calls()[move].to).parent_path();
  REQUIRE(aside.parent_path().parent_path() == state / "running");
  for (auto path = aside; path != state; path = path.parent_path()) {
    INFO(path.string());
    const auto name_made = trace.find("mkdirat", path);
    REQUIRE(name_made < move);
    CHECK(trace.find("fsync", path.parent_path(), name_made) < move);
  }
  const auto lists = trace.renames_to((aside / "paths.json").string());
  REQUIRE(lists.size() == 1);
  CHECK(trace.check_published(lists.front()) < move);
  CHECK(trace.find("fsync", state, trace.find("mkdirat", state / "runs")) < move);
}

TEST_CASE("a run in which nothing ran syncs its record once") {
  testing::RunFixture f;
  f.repo.write("in", "1");
  std::string text;
  for (int i = 0; i < 8; ++i) {
    const auto n = std::to_string(i);
    text += "[stage.s" + n + "]\ncmd = \"cat in > x" + n + "\"\ndeps = [\"in\"]\nouts = [\"x" + n +
            "\"]\n";
  }
  f.pipeline(text);
  f.run();
  f.run();
  const auto space = f.open();
  os::fault::arm("trace");
  f.run();
  const auto calls = os::fault::trace();
  os::fault::arm("off");
  CHECK(f.last.worst() == FailureClass::none);
  const auto syncs = std::count_if(calls.begin(), calls.end(), [](const os::fault::Call& call) {
    return call.name.find("sync") != std::string::npos && call.path.ends_with("run.jsonl");
  });
  CHECK(syncs == 1);
}

TEST_CASE("a stage is reported when the lock says what it made") {
  testing::RunFixture f;
  f.repo.write("in", "1");
  std::string text;
  for (const std::string n : {"0", "1", "2", "3"}) {
    text += "[stage.s" + n + "]\ncmd = \"cat in > x" + n + "\"\ndeps = [\"in\"]\nouts = [\"x" + n +
            "\"]\n";
  }
  f.pipeline(text);
  std::size_t ended = 0;
  f.observer.hook = [&](const std::string& event) {
    if (event.starts_with("end ")) {
      ++ended;
      CHECK(f.lock().instances.size() >= ended);
    }
  };
  f.run();
  CHECK(ended == 4);
}

TEST_CASE("what stages that make nothing leave in the lock is there when the run has ended") {
  testing::RunFixture f;
  std::string text;
  for (const std::string n : {"0", "1", "2", "3"}) {
    text += "[stage.s" + n + "]\ncmd = [\"true\"]\n";
  }
  f.pipeline(text);
  f.run();
  CHECK(f.lock().instances.size() == 4);
}

TEST_CASE("an intent is on disk before the outs of the last run leave their place") {
  testing::RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline("[stage.a]\ncmd = \"cat in > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  f.repo.write("in", "2\n");
  RunOptions options;
  options.run_id = "mine";
  const auto trace = os::CallTrace::of([&] { f.run(options); });
  const auto move = trace.find("renameat2", f.repo / "x");
  REQUIRE(move < trace.calls().size());
  const auto record = f.open()->state_directory() / "runs/mine/run.jsonl";
  CHECK(trace.find("fdatasync", record) < move);
}

TEST_CASE("a damaged lock is named before anything runs, and when all is cached") {
  testing::RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline("[stage.a]\ncmd = \"cat in > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  f.run();
  const auto lock = f.repo.read("pipeline.lock");
  f.repo.write("pipeline.lock", "<<<<<<< ours\n" + lock);
  const bool is_cached = GENERATE(true, false);
  if (!is_cached) {
    f.repo.write("in", "2\n");
  }
  expect_error(ErrorKind::config, "conflict markers", [&] { f.run(); });
  CHECK(f.repo.read("x") == "1\n");
}

TEST_CASE("what only the record names is on disk before it is reported") {
  testing::RunFixture f;
  f.repo.write("in", "1\n");
  f.pipeline("[stage.a]\ncmd = \"cat in > x\"\ndeps = [\"in\"]\nouts = [\"x\"]\n");
  const auto record = (f.open()->state_directory() / "runs/mine/run.jsonl").string();
  RunOptions options;
  options.run_id = "mine";
  options.lock = LockPolicy::leave;
  std::string last;
  f.observer.hook = [&](const std::string& event) {
    if (event == "end a ran") {
      for (const auto& call : os::fault::trace()) {
        if (call.path == record && (call.name == "write" || call.name == "fdatasync")) {
          last = call.name;
        }
      }
    }
  };
  os::fault::arm("trace");
  f.run(options);
  os::fault::arm("off");
  CHECK(last == "fdatasync");
}
