#include <algorithm>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "pipeline/run_history.h"
#include "pipeline/run_record.h"
#include "sample.h"
#include "unit/pipeline/run_fixture.h"

using namespace mlops;
using namespace mlops::formats;
using namespace mlops::pipeline;
using nlohmann::json;

namespace {

constexpr auto kRunId = "20261122-201408-k3f9";

/// One instance for each way in which one can end, but for an interrupt.
constexpr auto kPipeline = R"(
[environment.known]
type = "process"
tools = ["echo 1"]
[stage.clean]
cmd = "sort raw.csv > clean.csv"
deps = ["raw.csv"]
outs = ["clean.csv"]
[stage.split]
cmd = "cp clean.csv part.csv"
deps = ["clean.csv"]
outs = ["part.csv"]
environment = "known"
[stage.train]
matrix = { fold = [0, 1] }
cmd = "cp part.csv m${matrix.fold}.bin; echo 0.5 > m${matrix.fold}.json"
deps = ["part.csv"]
outs = ["m${matrix.fold}.bin", { path = "m${matrix.fold}.json", cache = false }]
[stage.broken]
cmd = "exit 3"
outs = ["b"]
[stage.report]
cmd = ["true"]
deps = ["b"]
[stage.killed]
cmd = "kill -TERM $$"
[stage.off]
cmd = ["true"]
when = "params.on"
[stage.again]
cmd = "test -e tried || { : > tried; exit 75; }"
retry = { max = 1, on = ["exit:75"], backoff = "1ms" }
)";

std::vector<json> events_of(const std::string& text) {
  std::vector<json> events;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    events.push_back(json::parse(line));
  }
  return events;
}

/// The record of a run that finds one result in the work tree, one in the store, and runs the rest.
std::string record_of_this_build() {
  pipeline::testing::RunFixture f;
  f.repo.write("raw.csv", "2\n1\n");
  f.repo.write("params.toml", "on = false\n");
  f.pipeline("params = [\"params.toml\"]\n" + std::string(kPipeline));
  f.repo.commit("first");
  RunOptions first;
  first.selection.wanted = {"split"};
  f.run(first);
  std::filesystem::remove(f.repo / "part.csv");
  RunOptions options;
  options.run_id = kRunId;
  options.jobs = 1;
  options.keep_going = true;
  f.run(options);
  return test::read_file(f.open()->state_directory() / "runs" / kRunId / "run.jsonl");
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Replaces a text that differs from run to run by its shape.
void settle(json& event, const char* field, std::string_view prefix, std::size_t digits) {
  if (!event.contains(field) || event[field] == "" || event[field].is_null()) {
    return;
  }
  const auto text = event[field].get<std::string>();
  CAPTURE(field, text);
  REQUIRE(text.starts_with(prefix));
  CHECK(is_hex(std::string_view(text).substr(prefix.size()), digits));
  event[field] = "HEX";
}

/// What stays the same whenever and wherever the same run happens.
json shape_of(json event) {
  const auto time = event.at("time").get<std::string>();
  CHECK(time.size() == std::string_view("2026-11-22T20:14:08Z").size());
  CHECK(time.ends_with('Z'));
  event["time"] = "TIME";
  settle(event, "commit", "", 40);
  settle(event, "key", "", 64);
  settle(event, "environment", "process:", 64);
  for (const auto* field : {"work_tree", "reason", "problem"}) {
    if (event.contains(field)) {
      event[field] = event[field].get<std::string>().empty() ? "" : "TEXT";
    }
  }
  for (const auto* field : {"elapsed_ms", "peak_rss_bytes", "pid"}) {
    if (event.contains(field)) {
      CHECK(event[field].is_number_unsigned());
      event[field] = "NUMBER";
    }
  }
  if (event["event"] == "end") {
    for (auto& out : event["outs"]) {
      settle(out, "root", "r1:", 64);
    }
    for (auto& warning : event["warnings"]) {
      CHECK(warning.is_string());
      warning = "TEXT";
    }
  }
  return event;
}

std::vector<json> shapes_of(const std::string& text) {
  auto events = events_of(text);
  std::transform(events.begin(), events.end(), events.begin(), shape_of);
  return events;
}

}  // namespace

TEST_CASE("the run record of version 1 tells how each instance ended", "[run_record]") {
  std::map<std::string, json> ends;
  std::map<std::string, int> counts;
  for (const auto& event : events_of(sample_text("run-record/run.jsonl"))) {
    ++counts[event["event"].get<std::string>()];
    if (event["event"] == "end") {
      ends[event["instance"]] = event;
    }
  }
  CHECK(counts == std::map<std::string, int>{
                      {"end", 9}, {"finish", 1}, {"retry", 1}, {"run", 1}, {"start", 5}});
  CHECK(ends["clean"]["state"] == "cached");
  CHECK(ends["split"]["state"] == "restored");
  CHECK(ends["split"]["grade"] == "observed");
  CHECK(ends["train@fold=0"]["state"] == "ran");
  CHECK(ends["train@fold=1"]["exit_code"] == 0);
  CHECK(ends["train@fold=1"]["outs"][1]["root"].is_null());
  CHECK(ends["broken"]["state"] == "failed");
  CHECK(ends["broken"]["exit_code"] == 3);
  CHECK(ends["report"]["state"] == "not started");
  CHECK(ends["killed"]["signal"] == 15);
  CHECK(ends["off"]["state"] == "skipped");
  CHECK(ends["again"]["attempts"] == 2);
}

TEST_CASE("this build reads the run record of version 1", "[run_record]") {
  const auto run = parse_run_record(sample_text("run-record/run.jsonl"), "run.jsonl");
  CHECK(run.id == kRunId);
  CHECK(run.worst == "user");
  REQUIRE(run.instances.size() == 9);
  CHECK(run.data_edges.size() == 4);
  CHECK(run.instances[*run.find("split")].state == "restored");
  CHECK(run.instances[*run.find("broken")].exit_code == 3);
  CHECK(run.instances[*run.find("killed")].signal_number == 15);
  CHECK(run.instances[*run.find("train@fold=0")].outs[0].root);
  CHECK_FALSE(run.instances[*run.find("train@fold=1")].outs[1].root);
  CHECK(run.instances[*run.find("again")].attempts == 2);
}

TEST_CASE("this build writes the run record of version 1", "[run_record]") {
  const auto frozen = shapes_of(sample_text("run-record/run.jsonl"));
  const auto now = shapes_of(record_of_this_build());
  REQUIRE(now.size() == frozen.size());
  for (std::size_t i = 0; i < now.size(); ++i) {
    CHECK(now[i] == frozen[i]);
  }
}

TEST_CASE("write the run record of this version", "[.write]") {
  test::write_file("run-record/run.jsonl", record_of_this_build());
}
