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
