#include "pipeline/pulse.h"

#include <catch2/catch.hpp>

#include "os/clock.h"
#include "os/machine.h"
#include "run_fixture.h"

using namespace mlops::pipeline;
using namespace std::chrono_literals;
using mlops::pipeline::testing::RunFixture;

TEST_CASE("a gauge keeps the beginning of a line", "[pulse]") {
  StageGauge gauge;
  CHECK(gauge.line().empty());
  CHECK(gauge.process() == 0);
  gauge.set_line(std::string(1U << 20U, 'x'));
  CHECK(gauge.line() == std::string(StageGauge::kLineBytes, 'x'));
  gauge.set_line("");
  CHECK(gauge.line().empty());
}

TEST_CASE("memory is known from the first look, processors from the second", "[pulse]") {
  UsageMeter meter;
  const auto own = mlops::os::process_id();
  const auto start = mlops::os::monotonic_time();
  meter.look({{3, own}, {4, -1}}, start);
  CHECK(meter.usage_of(3).memory_bytes.value_or(0) > 0);
  CHECK_FALSE(meter.usage_of(3).processors);
  CHECK_FALSE(meter.usage_of(4).memory_bytes);
  CHECK_FALSE(meter.usage_of(5).memory_bytes);
  // Not yet time for another one.
  meter.look({{3, own}}, start + 1ms);
  CHECK_FALSE(meter.usage_of(3).processors);
  meter.look({{3, own}}, start + 1h);
  REQUIRE(meter.usage_of(3).processors);
  CHECK(*meter.usage_of(3).processors >= 0);
  CHECK(*meter.usage_of(3).processors < 1);
}

TEST_CASE("another attempt is another process: it begins at nothing", "[pulse]") {
  UsageMeter meter;
  const auto start = mlops::os::monotonic_time();
  meter.look({{3, mlops::os::process_id()}}, start);
  meter.look({{3, -1}}, start + 1ms);
  CHECK_FALSE(meter.usage_of(3).memory_bytes);
  meter.look({}, start + 2ms);
  CHECK_FALSE(meter.usage_of(3).memory_bytes);
}

TEST_CASE("a run tells what is at work, what it uses and what it has begun to say", "[pulse]") {
  RunFixture f;
  f.pipeline(
      "[stage.train]\ncmd = \"printf 'loaded\\\\n10%%\\\\r50%% done'; until test -e go; do sleep "
      "0.02; "
      "done\"\nretry = { max = 1, backoff = \"1ms\" }\n");
  RunningInstance seen;
  f.observer.interval = 10ms;
  f.observer.on_pulses = [&](const std::vector<RunningInstance>& running) {
    REQUIRE(running.size() == 1);
    if (running.front().line == "50% done" && running.front().usage.memory_bytes) {
      seen = running.front();
      f.repo.write("go", "");
    }
  };
  f.run();
  CHECK(f.states() == "train ran");
  CHECK(seen.id == "train");
  CHECK(seen.phase == RunningInstance::Phase::running);
  CHECK(seen.attempt == 1);
  CHECK(seen.usage.memory_bytes.value_or(0) > 0);
}

TEST_CASE("what a stage has begun to say holds no secret", "[pulse]") {
  RunFixture f;
  f.environment["TOKEN"] = "hunter2-hunter2";
  f.pipeline(
      "[stage.train]\n"
      "secrets = [{ env = \"TOKEN\", local = \"env:TOKEN\" }]\n"
      "cmd = \"printf 'with hunter2-'; until test -e half; do sleep 0.02; done; "
      "printf 'hunter2 here'; until test -e go; do sleep 0.02; done\"\n");
  std::vector<std::string> lines;
  f.observer.interval = 10ms;
  f.observer.on_pulses = [&](const std::vector<RunningInstance>& running) {
    const auto& line = running.front().line;
    lines.push_back(line);
    if (line.starts_with("with ")) {
      f.repo.write("half", "");
    }
    if (line == "with *** here") {
      f.repo.write("go", "");
    }
  };
  f.run();
  CHECK(f.states() == "train ran");
  for (const auto& line : lines) {
    CHECK(line.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("nobody who wants no pulses gets any", "[pulse]") {
  RunFixture f;
  f.pipeline("[stage.train]\ncmd = \"sleep 0.2\"\n");
  f.observer.on_pulses = [&](const std::vector<RunningInstance>&) { FAIL(); };
  f.run();
  CHECK(f.states() == "train ran");
}
