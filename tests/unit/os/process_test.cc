#include "os/process.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/fd.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

using namespace std::chrono_literals;

/// Both ways of starting a child keep the same promises.
ProcessSpec shell(const std::string& script) {
  ProcessSpec spec;
  spec.on_our_death = GENERATE(OnOurDeath::leave_it, OnOurDeath::kill_group);
  spec.argv = {"/bin/sh", "-c", script};
  spec.env = {"PATH=/usr/bin:/bin"};
  spec.cwd = "/";
  spec.grace = 5s;
  return spec;
}

CapturedOutput run(const ProcessSpec& spec) {
  const CancelToken token;
  return capture(spec, token);
}

/// Whether a process is there and no zombie.
bool is_there(pid_t pid) {
  std::string stat;
  try {
    stat = test::read_file("/proc/" + std::to_string(pid) + "/stat");
  } catch (const std::runtime_error&) {
    return false;
  }
  return stat.find(") Z") == std::string::npos;
}

/// The numbers that a script left in a file, as process ids; waits until there are `count`.
std::vector<pid_t> pids_in(const std::filesystem::path& path, std::size_t count) {
  std::vector<pid_t> pids;
  for (int i = 0; i < 500 && pids.size() < count; ++i) {
    pids.clear();
    if (std::filesystem::exists(path)) {
      std::istringstream in(test::read_file(path));
      for (pid_t pid = 0; in >> pid;) {
        pids.push_back(pid);
      }
    }
    std::this_thread::sleep_for(10ms);
  }
  REQUIRE(pids.size() == count);
  return pids;
}

}  // namespace

TEST_CASE("a child's exit code and both outputs come back") {
  const CapturedOutput out = run(shell("echo out; echo err >&2; exit 7"));
  CHECK(out.result.end == ProcessEnd::exited);
  CHECK(out.result.exit_code == 7);
  CHECK(out.out == "out\n");
  CHECK(out.err == "err\n");
  CHECK(out.result.elapsed.count() >= 0);
  CHECK(out.result.peak_rss_bytes > 100'000);
}

TEST_CASE("a child that a signal ends is told apart") {
  const CapturedOutput out = run(shell("kill -KILL $$"));
  CHECK(out.result.end == ProcessEnd::signalled);
  CHECK(out.result.signal_number == SIGKILL);
  CHECK(out.result.exit_code == -1);
}

TEST_CASE("a child that cannot start says why") {
  ProcessSpec spec = shell("");
  spec.argv = {"/nonexistent/tool"};
  CHECK(run(spec).result.end == ProcessEnd::not_started);
  CHECK(run(spec).result.start_errno == ENOENT);
  spec.argv = {"/etc/passwd"};
  CHECK(run(spec).result.start_errno == EACCES);
  spec = shell("true");
  spec.cwd = "/nonexistent";
  CHECK(run(spec).result.start_errno == ENOENT);
}

TEST_CASE("commands that cannot be meant are refused") {
  ProcessSpec spec = shell("");
  spec.argv = {};
  CHECK(kind_thrown_by([&] { run(spec); }) == ErrorKind::internal);
  spec.argv = {"sh"};
  CHECK(kind_thrown_by([&] { run(spec); }) == ErrorKind::internal);
  spec.argv = {"/bin/sh", "-c", std::string("a\0b", 3)};
  CHECK(kind_thrown_by([&] { run(spec); }) == ErrorKind::config);
}

TEST_CASE("arguments arrive as they are: there is no shell") {
  ProcessSpec spec = shell("");
  spec.argv = {"/usr/bin/printf", "[%s]", "$(id)", "a b", ";", "*", "", "\n", "\xFF"};
  CHECK(run(spec).out == "[$(id)][a b][;][*][][\n][\xFF]");
}

TEST_CASE("the environment is exactly the one given") {
  ProcessSpec spec = shell("");
  spec.argv = {"/usr/bin/env"};
  spec.env = {"A=1", "B=x y", "PATH=/nowhere"};
  CHECK(run(spec).out == "A=1\nB=x y\nPATH=/nowhere\n");
  spec.env = {};
  CHECK(run(spec).out.empty());
}

TEST_CASE("the working directory is the one given") {
  const test::TempDir temp;
  ProcessSpec spec = shell("");
  spec.argv = {"/bin/pwd"};
  spec.cwd = temp.path();
  CHECK(run(spec).out == temp.path().string() + "\n");
}

TEST_CASE("no descriptor of ours is inherited") {
  // Without O_CLOEXEC, as a careless library would.
  const Fd leaked(::open("/dev/null", O_RDONLY));
  REQUIRE(::fcntl(leaked.get(), F_GETFD) == 0);
  // ls itself opens one more: the directory that it lists.
  CHECK(run(shell("ls /proc/self/fd | wc -l")).out == "4\n");
}

TEST_CASE("signals that we ignore or block are not the child's business") {
  struct sigaction ignore {};
  struct sigaction old {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &old);
  sigset_t blocked;
  sigset_t old_mask;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &old_mask);
  const ProcessSpec spec = shell("grep -E 'SigBlk|SigIgn' /proc/self/status");
  const std::string status = run(spec).out;
  ::pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
  ::sigaction(SIGPIPE, &old, nullptr);
  // glibc's posix_spawn ignores its own two real-time signals (32 and 33) in the child.
  const std::string ignored =
      spec.on_our_death == OnOurDeath::leave_it ? "0000000180000000" : "0000000000000000";
  CHECK(status == "SigBlk:\t0000000000000000\nSigIgn:\t" + ignored + "\n");
}

TEST_CASE("input is fed, and a child that does not want it is no error") {
  ProcessSpec spec = shell("cat");
  spec.input = std::string(1U << 20U, 'i');
  CHECK(run(spec).out == spec.input);
  spec = shell("exec 0<&-; echo done");
  spec.input = std::string(1U << 20U, 'i');
  CHECK(run(spec).out == "done\n");
  CHECK(run(shell("cat; echo end")).out == "end\n");
}

TEST_CASE("more output than wanted is dropped and counted") {
  const CancelToken token;
  const CapturedOutput out =
      capture(shell("head -c 100000 /dev/zero; head -c 500 /dev/zero >&2"), token, 1000);
  CHECK(out.out.size() == 1000);
  CHECK(out.err.size() == 500);
  CHECK(out.result.dropped_output_bytes == 99'000);
  CHECK(out.result.exit_code == 0);
}

TEST_CASE("what the child leaves running is killed") {
  const test::TempDir temp;
  const std::string pids = (temp / "pids").string();
  const CapturedOutput out =
      run(shell("(trap '' TERM HUP; echo $$ >/dev/null; sleep 100) & echo $! >" + pids +
                "; sleep 100 & echo $! >>" + pids + "; echo done"));
  CHECK(out.out == "done\n");
  CHECK(out.result.exit_code == 0);
  CHECK(out.result.elapsed < 50s);
  for (const pid_t pid : pids_in(pids, 2)) {
    CHECK_FALSE(is_there(pid));
  }
}

TEST_CASE("a process that left the group does not hold us by its output") {
  const test::TempDir temp;
  const std::string pids = (temp / "pids").string();
  const CapturedOutput out =
      run(shell("setsid sh -c 'echo $$ >" + pids + "; exec sleep 100' & while ! [ -s " + pids +
                " ]; do sleep 0.05; done; echo done"));
  CHECK(out.out == "done\n");
  CHECK(out.result.elapsed < 50s);
  ::kill(pids_in(pids, 1).front(), SIGKILL);
}

TEST_CASE("a process that left the group is ended by the mark that it kept, and no other is") {
  const test::TempDir temp;
  const std::string pids = (temp / "pids").string();
  // The last one has no variables any more.
  ProcessSpec spec =
      shell(": >" + pids +
            "; for start in 'setsid sh' 'setsid setsid sh' 'env -i setsid sh'; do "
            "$start -c 'sleep 100 & echo $$ >>" +
            pids + "; wait' & done; while [ $(wc -l <" + pids + ") -lt 3 ]; do sleep 0.05; done");
  spec.env.emplace_back("MARK=one");
  spec.stray_mark = GENERATE("MARK=one", "MARK=on");
  CHECK(run(spec).result.exit_code == 0);
  std::size_t left = 0;
  for (const pid_t pid : pids_in(pids, 3)) {
    left += is_there(pid) ? 1U : 0U;
    ::kill(-pid, SIGKILL);
  }
  CHECK(left == (spec.stray_mark == "MARK=one" ? 1U : 3U));
}

TEST_CASE("a timeout ends the whole group, first gently") {
  const test::TempDir temp;
  const std::string pids = (temp / "pids").string();
  ProcessSpec spec =
      shell("trap 'echo asked; exit 3' TERM; sleep 100 & echo $! >" + pids + "; wait");
  spec.timeout = 500ms;
  const CapturedOutput out = run(spec);
  CHECK(out.result.end == ProcessEnd::timed_out);
  CHECK(out.out == "asked\n");
  CHECK(out.result.elapsed >= 500ms);
  CHECK_FALSE(is_there(pids_in(pids, 1).front()));
}

TEST_CASE("a child that ignores SIGTERM is killed after the grace") {
  ProcessSpec spec = shell("trap '' TERM; while :; do sleep 0.05; done");
  spec.timeout = 2s;  // a busy machine may start the shell late: its trap must be set by then
  spec.grace = 300ms;
  const CapturedOutput out = run(spec);
  CHECK(out.result.end == ProcessEnd::timed_out);
  CHECK(out.result.signal_number == SIGKILL);
  CHECK(out.result.elapsed >= 2300ms);
  CHECK(out.result.elapsed < 50s);
}

TEST_CASE("a stopped child sees the end too") {
  ProcessSpec spec = shell("kill -STOP $$; sleep 100");
  spec.timeout = 300ms;
  spec.grace = 60s;
  const CapturedOutput out = run(spec);
  CHECK(out.result.end == ProcessEnd::timed_out);
  CHECK(out.result.signal_number == SIGTERM);
}

TEST_CASE("cancelling ends a child, cancelling twice at once") {
  CancelToken token;
  ProcessSpec spec = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
  spec.grace = 600s;
  std::thread user;
  spec.on_stdout = [&](std::string_view) {
    user = std::thread([&] {
      token.cancel(SIGINT);
      std::this_thread::sleep_for(300ms);
      token.cancel(SIGINT);
    });
  };
  const ProcessResult result = run_process(spec, token);
  user.join();
  CHECK(result.end == ProcessEnd::cancelled);
  CHECK(result.signal_number == SIGKILL);
  CHECK(result.elapsed < 100s);
}

TEST_CASE("what a callback throws comes out, and nothing is left running") {
  const test::TempDir temp;
  const std::string pids = (temp / "pids").string();
  const CancelToken token;
  ProcessSpec spec = shell("echo $$ >" + pids + "; echo x; sleep 100");
  spec.on_stdout = [](std::string_view) { throw std::runtime_error("full"); };
  CHECK_THROWS_AS(run_process(spec, token), std::runtime_error);
  CHECK_FALSE(is_there(pids_in(pids, 1).front()));
}

TEST_CASE("processor time of the child is counted") {
  const CapturedOutput out = run(shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"));
  CHECK(out.result.cpu > 10ms);
}

TEST_CASE("many threads start children at once, and no pipe leaks between them") {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  const ProcessSpec cat = shell("cat");
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        ProcessSpec spec = cat;
        spec.input = std::to_string(i);
        good += run(spec).out == spec.input ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(good == 40);
}

}  // namespace mlops::os
