#include "os/signals.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/process.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

// Longer than what counts as one request.
constexpr std::chrono::milliseconds kSecondRequest{250};

int exit_code_of(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    // Catch's own handlers would report a failure of the parent.
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
      ::signal(number, SIG_DFL);
    }
    ::_exit(body());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("a signal cancels the token and keeps its number") {
  const int number = GENERATE(SIGINT, SIGTERM, SIGHUP);
  CHECK(exit_code_of([&] {
          CancelToken token;
          const SignalScope scope(token);
          ::raise(number);
          return token.is_cancelled() && token.signal_number() == number ? 42 : 1;
        }) == 42);
}

TEST_CASE("a second signal ends the process with its code") {
  const int first = GENERATE(SIGINT, SIGTERM);
  const int second = GENERATE(SIGINT, SIGTERM, SIGHUP);
  CHECK(exit_code_of([&] {
          CancelToken token;
          const SignalScope scope(token);
          ::raise(first);
          std::this_thread::sleep_for(kSecondRequest);
          ::raise(second);
          return 1;
        }) == 128 + second);
}

TEST_CASE("signals at the same moment are one request, as timeout(1) sends them") {
  CHECK(exit_code_of([] {
          CancelToken token;
          const SignalScope scope(token);
          ::raise(SIGINT);
          ::raise(SIGINT);
          ::raise(SIGTERM);
          return token.is_cancelled() && token.signal_number() == SIGINT ? 42 : 1;
        }) == 42);
}

TEST_CASE("signals that two threads get at the same moment are one request") {
  CHECK(exit_code_of([] {
          constexpr int kRounds = 2000;
          for (int round = 0; round < kRounds; ++round) {
            CancelToken token;
            const SignalScope scope(token);
            std::atomic<int> ready{0};
            const auto signal_at_once = [&](int number) {
              ++ready;
              while (ready < 2) {
              }
              ::raise(number);
            };
            std::thread other(signal_at_once, SIGTERM);
            signal_at_once(SIGINT);
            other.join();
            if (token.requests() != 1) {
              return 1;
            }
          }
          return 42;
        }) == 42);
}

TEST_CASE("a second signal takes the children with it") {
  const test::TempDir temp;
  const std::string pid_file = (temp / "pid").string();
  CHECK(exit_code_of([&] {
          CancelToken token;
          const SignalScope scope(token);
          ProcessSpec spec;
          spec.argv = {
              "/bin/sh",
              "-c",
              "trap '' TERM; echo $$ >" + pid_file + "; echo x; while :; do sleep 1; done"};
          spec.env = {"PATH=/usr/bin:/bin"};
          spec.on_stdout = [](std::string_view) {
            ::raise(SIGINT);
            std::this_thread::sleep_for(kSecondRequest);
            ::raise(SIGINT);
          };
          run_process(spec, token);
          return 1;
        }) == 130);
  const pid_t pid = static_cast<pid_t>(std::stol(test::read_file(pid_file)));
  bool is_gone = false;
  for (int i = 0; i < 500 && !is_gone; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    try {
      is_gone = test::read_file("/proc/" + std::to_string(pid) + "/stat").find(") Z") !=
                std::string::npos;
    } catch (const std::runtime_error&) {
      is_gone = true;
    }
  }
  CHECK(is_gone);
}

TEST_CASE("a signal that was ignored stays ignored, as nohup wants it") {
  CHECK(exit_code_of([] {
          ::signal(SIGHUP, SIG_IGN);
          CancelToken token;
          const SignalScope scope(token);
          ::raise(SIGHUP);
          return token.is_cancelled() ? 1 : 42;
        }) == 42);
}

TEST_CASE("a closed pipe is no signal, and everything is as before afterwards") {
  CHECK(exit_code_of([] {
          CancelToken token;
          {
            const SignalScope scope(token);
            ::raise(SIGPIPE);
          }
          { const SignalScope again(token); }
          ::raise(SIGTERM);
          return 1;
        }) == 1000 + SIGTERM);
}

TEST_CASE("going on after a stop is counted, and is no request to end") {
  CHECK(exit_code_of([] {
          CancelToken token;
          const SignalScope scope(token);
          const auto before = times_resumed();
          ::raise(SIGCONT);
          ::raise(SIGCONT);
          return times_resumed() == before + 2 && !token.is_cancelled() ? 42 : 1;
        }) == 42);
}

TEST_CASE("there is one scope at a time") {
  CancelToken token;
  const SignalScope scope(token);
  CHECK(kind_thrown_by([&] { const SignalScope second(token); }) == ErrorKind::internal);
}

}  // namespace mlops::os
