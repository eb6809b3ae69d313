#include "os/process_usage.h"

#include <csignal>
#include <string>

#include <catch2/catch.hpp>

#include "os/machine.h"
#include "os/process.h"

using namespace mlops::os;
using namespace std::chrono_literals;

namespace {

std::string stat_line(const std::string& name) {
  return "42 (" + name +
         ") S 7 40 1 34816 42 4194304 100 0 0 0 250 50 20 10 20 0 1 0 123 1000000 512 " +
         "18446744073709551615 1 1 0\n";
}

}  // namespace

TEST_CASE("a line of stat: what the program is called changes nothing", "[process_usage]") {
  const std::string name = GENERATE(as<std::string>{}, "sh", "a) S 1 1 (b", ") ", "", "a b\nc");
  const auto stat = parse_process_stat(stat_line(name));
  REQUIRE(stat);
  CHECK(stat->id == 42);
  CHECK(stat->parent == 7);
  CHECK(stat->group == 40);
  CHECK(stat->cpu_ticks == 330);
  CHECK(stat->rss_pages == 512);
}

TEST_CASE("a line that is not whole is none", "[process_usage]") {
  const std::string line = stat_line("sh");
  CHECK_FALSE(parse_process_stat(""));
  CHECK_FALSE(parse_process_stat("42 (sh"));
  CHECK_FALSE(parse_process_stat("x (sh) S 7"));
  CHECK_FALSE(parse_process_stat(line.substr(0, line.find(" 512"))));
  CHECK_FALSE(parse_process_stat("4x" + line.substr(2)));
}

namespace {

/// Measures at the moment when the script has said `sign`, then ends it.
template <typename Measure>
void measure_when(const std::string& script, const std::string& sign, const Measure& measure) {
  const auto shell = find_executable("sh", "/usr/bin:/bin");
  REQUIRE(shell);
  mlops::CancelToken cancel;
  std::int64_t id = 0;
  std::string said;
  ProcessSpec spec;
  spec.argv = {shell->string(), "-c", script};
  spec.env = {"PATH=/usr/bin:/bin"};
  spec.cwd = "/";
  spec.grace = 1ms;
  spec.on_our_death = OnOurDeath::kill_group;
  spec.on_start = [&](std::int64_t process) { id = process; };
  spec.on_stdout = [&](std::string_view bytes) {
    said += bytes;
    if (!cancel.is_cancelled() && said.find(sign) != std::string::npos && said.ends_with('\n')) {
      measure(id, said);
      cancel.cancel();
    }
  };
  CHECK(run_process(spec, cancel).end == ProcessEnd::cancelled);
}

}  // namespace

TEST_CASE("time of children that have ended counts", "[process_usage]") {
  std::optional<ProcessUsage> usage;
  measure_when(
      "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo burnt; exec sleep 60",
      "burnt",
      [&](std::int64_t id, const std::string&) { usage = measure_processes({id}).front(); });
  REQUIRE(usage);
  CHECK(usage->cpu >= 20ms);
  // The guardian in the group is a fork of ours, and not counted.
  const auto own = measure_processes({process_id()}).front();
  REQUIRE(own);
  CHECK(usage->rss_bytes > 0);
  CHECK(usage->rss_bytes < own->rss_bytes / 2);
}

TEST_CASE("a child that left the group is found by its parents", "[process_usage]") {
  std::int64_t child = 0;
  std::vector<std::optional<ProcessUsage>> together;
  std::vector<std::optional<ProcessUsage>> apart;
  measure_when("setsid sleep 60 >/dev/null 2>&1 & echo child $!; wait",
               "child ",
               [&](std::int64_t id, const std::string& said) {
                 child = std::stoll(said.substr(said.find(' ')));
                 together = measure_processes({id});
                 apart = measure_processes({id, child});
               });
  ::kill(static_cast<pid_t>(child), SIGKILL);
  REQUIRE(together.at(0));
  REQUIRE(apart.at(0));
  REQUIRE(apart.at(1));
  CHECK(apart[1]->rss_bytes > 0);
  CHECK(together[0]->rss_bytes > apart[0]->rss_bytes);
}

TEST_CASE("nothing is known of a process that is not there", "[process_usage]") {
  CHECK(measure_processes({}).empty());
  const auto usages = measure_processes({-1, process_id(), 0});
  CHECK_FALSE(usages.at(0));
  CHECK(usages.at(1));
  CHECK_FALSE(usages.at(2));
}

TEST_CASE("what a process does when it is asked to end is known", "[process_usage]") {
  const auto action_of = [](const std::string& script) {
    std::optional<SignalAction> action;
    measure_when(script + " echo ready; while true; do sleep 1; done",
                 "ready",
                 [&](std::int64_t id, const std::string&) { action = find_action_on_request(id); });
    return action;
  };
  CHECK(action_of("") == SignalAction::standard);
  CHECK(action_of("trap '' TERM;") == SignalAction::ignored);
  CHECK(action_of("trap 'exit 3' TERM;") == SignalAction::handled);
  CHECK(action_of("trap '' HUP; trap 'exit 3' INT USR1;") == SignalAction::standard);
  CHECK_FALSE(find_action_on_request(-1));
}

TEST_CASE("a control group is known by its name", "[process_usage]") {
  CHECK_FALSE(is_in_control_group(process_id(), ""));
  CHECK_FALSE(is_in_control_group(process_id(), "no-such-container"));
  CHECK_FALSE(is_in_control_group(-1, "/"));
  CHECK(is_in_control_group(process_id(), "/"));
}
