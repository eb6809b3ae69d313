#include "pipeline/run_history.h"

#include <csignal>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "expect_error.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/machine.h"
#include "os/process.h"
#include "pipeline/run_record.h"
#include "pipeline/run_removal.h"
#include "support/temp_dir.h"

using namespace mlops;
using namespace mlops::pipeline;
using nlohmann::json;
using testing::expect_error;

namespace {

json head(const std::string& id) {
  return {{"version", 1},
          {"id", id},
          {"pipeline", "pipeline.toml"},
          {"work_tree", "/w"},
          {"commit", nullptr},
          {"dirty", false},
          {"pid", os::process_id()},
          {"set", json::array()},
          {"instances", {"a", "b"}},
          {"data_edges", {{0, 1}}},
          {"order_edges", json::array()}};
}

json end_of(const std::string& instance, const std::string& state) {
  return {{"instance", instance},
          {"state", state},
          {"failure", "none"},
          {"reason", ""},
          {"exit_code", 0},
          {"signal", 0},
          {"elapsed_ms", 12},
          {"peak_rss_bytes", 4096},
          {"attempts", 1},
          {"grade", "weak"},
          {"environment", "process:x"},
          {"key", ""},
          {"outs", {{{"path", "x"}, {"root", nullptr}}}},
          {"warnings", json::array()}};
}

std::string line(json fields, const std::string& event) {
  fields["event"] = event;
  fields["time"] = "2026-11-22T20:14:08Z";
  return fields.dump() + "\n";
}

/// A record that says that its run has ended.
void write_record(const std::filesystem::path& runs, const std::string& id) {
  RunRecord record(runs, id);
  record.append("run", head(id), os::Durability::relaxed);
  record.append("end", end_of("a", "ran"), os::Durability::relaxed);
  record.append("finish", {{"worst", "none"}}, os::Durability::relaxed);
}

}  // namespace

TEST_CASE("a record is read back", "[history]") {
  const auto run =
      parse_run_record(line(head("r1"), "run") + line({{"instance", "a"}, {"key", "k"}}, "start") +
                           line(end_of("a", "ran"), "end") + line({{"x", 1}}, "of-a-later-build"),
                       "f");
  CHECK(run.id == "r1");
  CHECK_FALSE(run.commit);
  CHECK_FALSE(run.worst);
  CHECK_FALSE(run.is_torn);
  REQUIRE(run.instances.size() == 2);
  CHECK(run.instances[0].is_started);
  CHECK(run.instances[0].state == "ran");
  CHECK(run.instances[0].peak_rss_bytes == 4096);
  CHECK(run.instances[0].outs[0].path == "x");
  CHECK(run.instances[1].state.empty());
  CHECK(run.data_edges == std::vector<RecordedEdge>{{0, 1}});
  CHECK(run.find("b") == 1U);
  CHECK_FALSE(run.find("c"));
}

TEST_CASE("a torn last line is no line", "[history]") {
  const auto whole = line(head("r1"), "run") + line(end_of("a", "ran"), "end");
  const auto finish = line({{"worst", "none"}}, "finish");
  for (std::size_t cut = 0; cut < finish.size(); ++cut) {
    const auto run = parse_run_record(whole + finish.substr(0, cut), "f");
    CHECK(run.is_torn == (cut > 0));
    CHECK_FALSE(run.worst);
  }
  CHECK(parse_run_record(whole + finish, "f").worst == "none");
  expect_error(ErrorKind::config, "empty", [] { parse_run_record("", "f"); });
  expect_error(ErrorKind::config, "empty", [] { parse_run_record("{\"event\":\"run\"", "f"); });
}

TEST_CASE("what is no record is refused with line and key", "[history]") {
  const auto good = line(head("r1"), "run");
  const auto with = [](json fields, const char* key, const json& value) {
    fields[key] = value;
    return fields;
  };
  const auto refuse = [](const std::string& text, const std::string& what) {
    CAPTURE(text.substr(0, 200));
    expect_error(ErrorKind::config, what, [&] { parse_run_record(text, "f"); });
  };
  refuse(line(with(head("r"), "version", 2), "run"), "f:1: version: 2 is not known");
  refuse(line(with(head("r"), "instances", "a"), "run"), "f:1: instances");
  refuse(line(with(head("r"), "instances", {"a", "a"}), "run"), "f:1: instances");
  refuse(line(with(head("r"), "instances", {1}), "run"), "f:1: instances");
  refuse(line(with(head("r"), "dirty", "no"), "run"), "f:1: dirty");
  for (const auto& edges :
       {json{{1, 0}}, json{{0, 0}}, json{{0, 2}}, json{{0}}, json{{-1, 1}}, json{7}}) {
    refuse(line(with(head("r"), "data_edges", edges), "run"), "f:1: data_edges");
  }
  refuse(good + good, "f:2: event");
  refuse(line(end_of("a", "ran"), "end"), "f:1: event");
  refuse(good + line(end_of("c", "ran"), "end"), "f:2: instance: 'c'");
  refuse(good + line(with(end_of("a", "ran"), "elapsed_ms", -1), "end"), "f:2: elapsed_ms");
  refuse(good + line(with(end_of("a", "ran"), "exit_code", 18446744073709551615ULL), "end"),
         "f:2: exit_code");
  refuse(good + line(with(end_of("a", "ran"), "outs", {{{"path", "x"}, {"root", "r1:zz"}}}), "end"),
         "f:2: outs");
  refuse(good + "[]\n", "f:2");
  refuse(good + "nonsense\n", "f:2");
  refuse(good + "{\"event\":" + std::string(100'000, '[') + "\n", "f:2");
  refuse(good + "\n", "f:2");
}

TEST_CASE("a run at work is told from one that died by its lock alone", "[history]") {
  const mlops::test::TempDir temp;
  const auto runs = temp.path() / "runs";
  const RunHistory history(runs);
  {
    RunRecord record(runs, "r1");
    record.append("run", head("r1"), os::Durability::relaxed);
    CHECK(history.is_running("r1"));
    CHECK(history.load_with_state("r1").second == RunState::running);
  }
  // Its process, which is ours, lives on.
  CHECK_FALSE(history.is_running("r1"));
  CHECK(history.load_with_state("r1").second == RunState::died);
  {
    RunRecord record(runs, "r2");
    record.append("run", head("r2"), os::Durability::relaxed);
    record.append("finish", {{"worst", "none"}}, os::Durability::relaxed);
    CHECK(history.load_with_state("r2").second == RunState::finished);
  }
  std::filesystem::remove(runs / "r1" / "lock");
  CHECK(history.load_with_state("r1").second == RunState::died);
  CHECK_FALSE(std::filesystem::exists(runs / "r1" / "lock"));
}

TEST_CASE("only who holds the lock is signalled", "[history]") {
  const mlops::test::TempDir temp;
  const auto runs = temp.path() / "runs";
  const RunHistory history(runs);
  {
    const RunRecord record(runs, "r1");
    CHECK_FALSE(os::signal_lock_holder(history.lock_of("r1"), 1, 0));
    CHECK_FALSE(os::signal_lock_holder(history.lock_of("r1"), 0, 0));
    CHECK_FALSE(os::signal_lock_holder(history.lock_of("r1"), -1, 0));
    if (!os::find_lock_holders(history.lock_of("r1")).empty()) {
      CHECK(os::signal_lock_holder(history.lock_of("r1"), os::process_id(), 0));
    }
  }
  CHECK_FALSE(os::signal_lock_holder(history.lock_of("r1"), os::process_id(), 0));
}

TEST_CASE("runs are found by id, by a beginning, and as the last", "[history]") {
  const mlops::test::TempDir temp;
  const auto runs = temp.path() / "runs";
  const RunHistory history(runs);
  CHECK(history.list().empty());
  expect_error(ErrorKind::not_found, "no run yet", [&] { history.find("@last"); });
  for (const auto* id : {"b-1", "a-22", "a-2"}) {
    write_record(runs, id);
  }
  std::filesystem::create_directory(runs / "empty");
  mlops::test::write_file(runs / "-no-id" / "run.jsonl", "x");
  // A link would lead who removes runs elsewhere.
  write_record(temp.path() / "elsewhere", "linked");
  std::filesystem::create_directory_symlink(temp.path() / "elsewhere" / "linked", runs / "linked");
  CHECK(history.list() == std::vector<std::string>{"a-2", "a-22", "b-1"});
  CHECK(history.find("@last") == "a-2");
  CHECK(history.find("a-2") == "a-2");
  CHECK(history.find("a-22") == "a-22");
  CHECK(history.find("b") == "b-1");
  expect_error(ErrorKind::usage, "beginning of 2 runs", [&] { history.find("a"); });
  expect_error(ErrorKind::not_found, "no run 'c'", [&] { history.find("c"); });
  expect_error(ErrorKind::not_found, "no run", [&] { history.find(""); });
  expect_error(ErrorKind::not_found, "no run", [&] { history.find("../runs/b-1"); });
  // A record that was moved is no other run's.
  std::filesystem::copy(runs / "b-1", runs / "c-1");
  expect_error(ErrorKind::config, "record of 'b-1'", [&] { history.load("c-1"); });
}

TEST_CASE("old records go, those at work stay", "[history]") {
  const mlops::test::TempDir temp;
  const auto runs = temp.path() / "runs";
  const RunHistory history(runs);
  const CancelToken cancel;
  RunRecord at_work(runs, "r0");
  at_work.append("run", head("r0"), os::Durability::relaxed);
  for (const auto* id : {"r1", "r2", "r3"}) {
    write_record(runs, id);
    mlops::test::write_file(runs / id / "logs/a.log", "123456789");
  }
  RunRemoval removal;
  removal.keep = 2;
  removal.mode = RunRemoval::Mode::look;
  const auto now = history.begun_ns("r3");
  const auto planned = remove_runs(runs, removal, now, cancel);
  CHECK(planned.removed == std::vector<std::string>{"r1"});
  CHECK(planned.running == std::vector<std::string>{"r0"});
  CHECK(planned.bytes >= 9);
  CHECK(history.list().size() == 4);
  removal.mode = RunRemoval::Mode::remove;
  CHECK(remove_runs(runs, removal, now, cancel).removed == planned.removed);
  CHECK(history.list() == std::vector<std::string>{"r3", "r2", "r0"});
  CHECK_FALSE(std::filesystem::exists(runs / "r1"));
  removal.keep.reset();
  removal.older_than = std::chrono::hours(1);
  CHECK(remove_runs(runs, removal, now, cancel).removed.empty());
  const auto later = now + std::chrono::nanoseconds(std::chrono::hours(2)).count();
  CHECK(remove_runs(runs, removal, later, cancel).removed == std::vector<std::string>{"r3", "r2"});
  CHECK(history.list() == std::vector<std::string>{"r0"});
}
