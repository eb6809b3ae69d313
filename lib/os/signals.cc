#include "os/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>

#include <unistd.h>

#include "base/error.h"
#include "os/process_group.h"

namespace mlops::os {

namespace {

constexpr std::array<int, 3> kStopSignals{SIGINT, SIGTERM, SIGHUP};

// timeout(1) and supervisors signal the process and then its group: that is one request, and nobody
// types two within this time.
constexpr std::int64_t kOneRequestMs = 200;

std::atomic<CancelToken*> current_token{nullptr};
static_assert(std::atomic<CancelToken*>::is_always_lock_free);
std::atomic<std::int64_t> first_signal_ms{0};  // 0: none yet
static_assert(std::atomic<std::int64_t>::is_always_lock_free);
std::atomic<std::uint64_t> resumes{0};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
// Only SignalScope writes them, and there is one at a time.
std::array<struct sigaction, kStopSignals.size()> previous{};
struct sigaction previous_pipe {};
struct sigaction previous_continue {};

/// As steady_clock has it, by the one call that signal handlers may make.
std::int64_t monotonic_ms() noexcept {
  struct timespec now {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000 + now.tv_nsec / 1'000'000;
}

}  // namespace

extern "C" {
static void mlops_on_stop_signal(int signal_number) {
  const int saved_errno = errno;
  CancelToken* const token = current_token.load();
  if (token != nullptr) {
    // The two of one request may come on two threads at the same moment.
    const std::int64_t now = monotonic_ms();
    std::int64_t first = 0;
    if (first_signal_ms.compare_exchange_strong(first, now)) {
      token->cancel(signal_number);
    } else if (now - first >= kOneRequestMs) {
      kill_remembered_groups();
      ::_exit(128 + signal_number);
    }
  }
  errno = saved_errno;
}

static void mlops_on_continue(int /*signal_number*/) {
  resumes.fetch_add(1);
}
}

std::uint64_t times_resumed() noexcept {
  return resumes.load();
}

SignalScope::SignalScope(CancelToken& token) {
  CancelToken* none = nullptr;
  if (!current_token.compare_exchange_strong(none, &token)) {
    throw Error(ErrorKind::internal, "two signal scopes at a time");
  }
  first_signal_ms.store(0);
  struct sigaction action {};
  action.sa_handler = mlops_on_stop_signal;
  action.sa_flags = SA_RESTART;
  // Blocked together: the second signal must not run into the middle of the first handler.
  ::sigemptyset(&action.sa_mask);
  for (const int signal_number : kStopSignals) {
    ::sigaddset(&action.sa_mask, signal_number);
  }
  for (std::size_t i = 0; i < kStopSignals.size(); ++i) {
    ::sigaction(kStopSignals[i], nullptr, &previous[i]);
    // nohup and shells that start us in the background ignore signals on purpose.
    if (previous[i].sa_handler != SIG_IGN) {
      ::sigaction(kStopSignals[i], &action, nullptr);
    }
  }
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &previous_pipe);
  struct sigaction resumed {};
  resumed.sa_handler = mlops_on_continue;
  resumed.sa_flags = SA_RESTART;
  ::sigemptyset(&resumed.sa_mask);
  ::sigaction(SIGCONT, &resumed, &previous_continue);
}

SignalScope::~SignalScope() {
  for (std::size_t i = 0; i < kStopSignals.size(); ++i) {
    ::sigaction(kStopSignals[i], &previous[i], nullptr);
  }
  ::sigaction(SIGPIPE, &previous_pipe, nullptr);
  ::sigaction(SIGCONT, &previous_continue, nullptr);
  current_token.store(nullptr);
}

}  // namespace mlops::os
