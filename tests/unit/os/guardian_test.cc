#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/process.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

using namespace std::chrono_literals;

/// "R", "S", "Z" …; nothing when there is no such process.
std::string state_of(pid_t pid) {
  try {
    const std::string stat = test::read_file("/proc/" + std::to_string(pid) + "/stat");
    return stat.substr(stat.rfind(')') + 2, 1);
  } catch (const std::runtime_error&) {
    return {};
  }
}

bool is_alive(pid_t pid) {
  const std::string state = state_of(pid);
  return !state.empty() && state != "Z" && state != "X";
}

template <typename Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

std::vector<pid_t> pids_in(const std::filesystem::path& path) {
  std::vector<pid_t> pids;
  if (std::filesystem::exists(path)) {
    std::istringstream in(test::read_file(path));
    for (pid_t pid = 0; in >> pid;) {
      pids.push_back(pid);
    }
  }
  return pids;
}

ProcessSpec guarded(const std::string& script) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.env = {"PATH=/usr/bin:/bin"};
  spec.cwd = "/";
  spec.on_our_death = OnOurDeath::kill_group;
  return spec;
}

/// A process like ours, which runs this until it is killed.
pid_t start_one_of_us(const ProcessSpec& spec) {
  const pid_t pid = ::fork();
  REQUIRE(pid != -1);
  if (pid == 0) {
    const CancelToken token;
    run_process(spec, token);
    ::_exit(0);
  }
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return status;
}

template <typename Visit>
void for_each_process(Visit visit) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos) {
      visit(std::stoi(name));
    }
  }
}

pid_t parent_of(pid_t pid) {
  try {
    const std::string stat = test::read_file("/proc/" + std::to_string(pid) + "/stat");
    return std::stoi(stat.substr(stat.rfind(')') + 4));
  } catch (const std::runtime_error&) {
    return 0;
  }
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for_each_process([&](pid_t pid) {
    if (parent_of(pid) == parent) {
      children.push_back(pid);
    }
  });
  return children;
}

/// No process has this in its environment, and no other is a fork of this one, but for guardians of
/// its own that wait for the next child.
bool is_nothing_left(const std::string& mark) {
  namespace fs = std::filesystem;
  const fs::path own = fs::read_symlink("/proc/self/exe");
  bool is_left = false;
  for_each_process([&](pid_t pid) {
    const fs::path proc = "/proc/" + std::to_string(pid);
    std::error_code code;
    const bool is_fork = pid != ::getpid() && parent_of(pid) != ::getpid() &&
                         fs::read_symlink(proc / "exe", code) == own;
    try {
      is_left |= is_fork || test::read_file(proc / "environ").find(mark) != std::string::npos;
    } catch (const std::runtime_error&) {
      return;  // gone, or somebody else's
    }
  });
  return !is_left;
}

bool is_guardian(pid_t pid) {
  try {
    return test::read_file("/proc/" + std::to_string(pid) + "/comm") == "stage-guard\n";
  } catch (const std::runtime_error&) {
    return false;
  }
}

/// All processes of a group but the one that leads it.
std::vector<pid_t> others_in_group(pid_t group) {
  std::vector<pid_t> others;
  for_each_process([&](pid_t pid) {
    if (pid != group && ::getpgid(pid) == group) {
      others.push_back(pid);
    }
  });
  return others;
}

}  // namespace

TEST_CASE("when we are killed, the whole group of a child goes with us") {
  const test::TempDir temp;
  const auto pids = temp / "pids";
  const std::string ignoring = GENERATE("", "trap '' TERM HUP INT PIPE; ");
  const pid_t us =
      start_one_of_us(guarded(ignoring + "(sleep 301 & echo $! >>" + pids.string() +
                              "; wait) & sleep 302 & echo $! $$ >>" + pids.string() + "; wait"));
  REQUIRE(comes_true([&] { return pids_in(pids).size() == 3; }));
  for (const pid_t pid : pids_in(pids)) {
    CHECK(is_alive(pid));
  }
  ::kill(us, SIGKILL);
  CHECK(WTERMSIG(wait_for(us)) == SIGKILL);
  for (const pid_t pid : pids_in(pids)) {
    CHECK(comes_true([&] { return !is_alive(pid); }));
  }
}

TEST_CASE("when we are killed at any moment of a start, nothing stays") {
  const test::TempDir temp;
  const std::string mark = "MARK=" + temp.path().string();
  ProcessSpec spec = guarded("sleep 303 & sleep 303");
  spec.env.push_back(mark);
  for (int delay = 0; delay < 40; ++delay) {
    const pid_t us = start_one_of_us(spec);
    std::this_thread::sleep_for(delay * 250us);
    ::kill(us, SIGKILL);
    wait_for(us);
    CHECK(comes_true([&] { return is_nothing_left(mark); }));
  }
}

TEST_CASE("of several children each has its own guardian, and none holds another's pipe") {
  const test::TempDir temp;
  const pid_t us = ::fork();
  if (us == 0) {
    const CancelToken token;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const auto pids = temp / std::to_string(i);
        run_process(guarded("echo $$ >" + pids.string() + "; exec sleep 304"), token);
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    ::_exit(0);
  }
  std::vector<pid_t> all;
  for (int i = 0; i < 4; ++i) {
    const auto pids = temp / std::to_string(i);
    REQUIRE(comes_true([&] { return pids_in(pids).size() == 1; }));
    all.push_back(pids_in(pids).front());
    // It joins when it has read of the group, which may be after the child's first words.
    CHECK(comes_true([&] { return others_in_group(all.back()).size() == 1; }));
  }
  ::kill(us, SIGKILL);
  wait_for(us);
  for (const pid_t pid : all) {
    CHECK(comes_true([&] { return !is_alive(pid); }));
    CHECK(comes_true([&] {
      const auto rest = others_in_group(pid);
      return std::none_of(rest.begin(), rest.end(), is_alive);
    }));
  }
}

TEST_CASE("a guardian holds nothing of ours and hides from those who kill us by name") {
  const test::TempDir temp;
  const auto pids = temp / "pids";
  const pid_t us = start_one_of_us(guarded("echo $$ >" + pids.string() + "; exec sleep 305"));
  REQUIRE(comes_true([&] { return pids_in(pids).size() == 1; }));
  REQUIRE(comes_true([&] { return others_in_group(pids_in(pids).front()).size() == 1; }));
  const auto others = others_in_group(pids_in(pids).front());
  const std::string proc = "/proc/" + std::to_string(others.front());
  CHECK(test::read_file(proc + "/comm") == "stage-guard\n");
  CHECK(comes_true([&] {
    return std::distance(std::filesystem::directory_iterator(proc + "/fd"),
                         std::filesystem::directory_iterator()) == 2;
  }));
  ::kill(us, SIGKILL);
  wait_for(us);
}

TEST_CASE("the direct child goes with us even when its guardian was killed before") {
  const test::TempDir temp;
  const auto pids = temp / "pids";
  const pid_t us = start_one_of_us(guarded("echo $$ >" + pids.string() + "; exec sleep 306"));
  REQUIRE(comes_true([&] { return pids_in(pids).size() == 1; }));
  const pid_t child = pids_in(pids).front();
  REQUIRE(comes_true([&] { return others_in_group(child).size() == 1; }));
  for (const pid_t guardian : others_in_group(child)) {
    ::kill(guardian, SIGKILL);
  }
  CHECK(is_alive(child));
  ::kill(us, SIGKILL);
  wait_for(us);
  CHECK(comes_true([&] { return !is_alive(child); }));
}

TEST_CASE("a guardian watches one child after the other, and ends with us") {
  const test::TempDir temp;
  const std::string mark = "MARK=" + temp.path().string();
  const pid_t us = ::fork();
  if (us == 0) {
    const CancelToken token;
    ProcessSpec absent = guarded("");
    absent.argv = {"/nonexistent"};
    bool is_well = run_process(absent, token).start_errno == ENOENT;
    // What came of a start that failed is gone.
    is_well = is_well && ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
    pid_t first = 0;
    for (int i = 0; i < 5; ++i) {
      ProcessSpec leaving = guarded("(sleep 307 &) ; sleep 0.05; exit 3");
      leaving.env.push_back(mark);
      is_well = is_well && run_process(leaving, token).exit_code == 3;
      const auto children = children_of(::getpid());
      is_well = is_well && children.size() == 1 && ::getpgid(children.front()) == children.front();
      first = first == 0 && is_well ? children.front() : first;
      is_well = is_well && first == children.front();
    }
    ::_exit(is_well ? 0 : 1);
  }
  CHECK(wait_for(us) == 0);
  CHECK(comes_true([&] { return is_nothing_left(mark); }));
}

TEST_CASE("a guardian that was stopped or killed meanwhile is no reason to wait") {
  const test::TempDir temp;
  const auto pids = temp / "pids";
  const int signal_number = GENERATE(SIGSTOP, SIGKILL);
  const auto started = std::chrono::steady_clock::now();
  std::thread disturber([&] {
    comes_true([&] { return pids_in(pids).size() == 1; });
    const pid_t group = pids_in(pids).front();
    comes_true([&] {
      const auto others = others_in_group(group);
      const auto guardian = std::find_if(others.begin(), others.end(), is_guardian);
      return guardian != others.end() && ::kill(*guardian, signal_number) == 0;
    });
    test::write_file(temp / "go", "");
  });
  const ProcessResult result =
      run_process(guarded("echo $$ >" + pids.string() + "; while [ ! -e " + (temp / "go").string() +
                          " ]; do sleep 0.02; done"),
                  CancelToken());
  disturber.join();
  CHECK(result.exit_code == 0);
  CHECK(std::chrono::steady_clock::now() - started < 20s);
}

}  // namespace mlops::os
