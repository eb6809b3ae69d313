#include "os/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>

#include "os/clock.h"
#include "os/spawn.h"
#include "os/strays.h"

namespace mlops::os {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// How often the cancel token is asked. Nobody feels a twentieth of a second.
constexpr int kTickMs = 50;
/// How long output may trail the end of the child: its pipe may be held by a process that left the
/// group on purpose and will never close it.
constexpr nanoseconds kDrainTime = 500ms;
constexpr std::size_t kBufferSize = 1U << 16U;

/// One output of the child, and what of it is passed on.
struct Sink {
  Fd& fd;
  const std::function<void(std::string_view)>& callback;
  std::uint64_t room;
  std::uint64_t dropped = 0;
};

/// Everything about one run. The order of a child's end: the child becomes a zombie, the rest of
/// its group is killed, the pipes are drained, and only then is the child reaped: until then no
/// other process can get the id of the group.
class Run {
 public:
  Run(const ProcessSpec& spec, const CancelToken& cancel)
      : spec_(spec),
        cancel_(cancel),
        started_(monotonic_time()),
        child_(spec, {!spec.input.empty(), bool(spec.on_stdout), bool(spec.on_stderr)}),
        sinks_{{{child_.out, spec.on_stdout, spec.max_output_bytes},
                {child_.err, spec.on_stderr, spec.max_output_bytes}}},
        input_(spec.input) {}

  ProcessResult run() {
    ProcessResult result;
    if (child_.pid() == 0) {
      result.start_errno = child_.start_errno();
      return result;
    }
    if (spec_.on_start) {
      spec_.on_start(child_.pid());
    }
    while (!child_.has_ended()) {
      stop_if_asked();
      exchange(kTickMs);
    }
    child_.kill_rest();
    if (!spec_.stray_mark.empty()) {
      end_strays(spec_.stray_mark);
    }
    drain();
    finish(result);
    return result;
  }

 private:
  void stop_if_asked() {
    const nanoseconds now = monotonic_time();
    if (!stopping_) {
      if (cancel_.is_cancelled()) {
        ask_to_end(ProcessEnd::cancelled, now);
      } else if (spec_.timeout && now - started_ >= *spec_.timeout) {
        ask_to_end(ProcessEnd::timed_out, now);
      }
    } else if (!killed_ && (now - asked_at_ >= spec_.grace || is_cancelled_again())) {
      killed_ = true;
      child_.signal_group(SIGKILL);
    }
  }

  void ask_to_end(ProcessEnd why, nanoseconds now) {
    stopping_ = why;
    asked_at_ = now;
    // Two that came together are two.
    requests_seen_ = why == ProcessEnd::cancelled ? 1 : cancel_.requests();
    child_.signal_group(SIGTERM);
    child_.signal_group(SIGCONT);  // a stopped process does not see SIGTERM
  }

  /// A second cancel, or a first one while a timeout is being enforced.
  bool is_cancelled_again() const { return cancel_.requests() > requests_seen_; }

  /// Waits for the child's end, output, or room for input, and moves bytes. Without a pidfd the
  /// wait is short, because nothing else tells of the end.
  void exchange(int timeout_ms) {
    std::array<pollfd, 4> waits{{{sinks_[0].fd.get(), POLLIN, 0},
                                 {sinks_[1].fd.get(), POLLIN, 0},
                                 {child_.in.get(), POLLOUT, 0},
                                 {child_.pidfd().get(), POLLIN, 0}}};
    const int patience = child_.pidfd() ? timeout_ms : std::min(timeout_ms, 5);
    if (::poll(waits.data(), waits.size(), patience) <= 0) {
      return;
    }
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
      if (waits[i].revents != 0) {
        read_some(sinks_[i]);
      }
    }
    if (waits[2].revents != 0) {
      feed();
    }
  }

  void feed() {
    const ssize_t written = write_without_signal(child_.in.get(), input_);
    if (written >= 0) {
      input_.remove_prefix(static_cast<std::size_t>(written));
    }
    // A child that does not want its input is no error.
    const bool is_refused = written < 0 && errno != EAGAIN && errno != EINTR;
    if (input_.empty() || is_refused) {
      child_.in = Fd();
    }
  }

  /// False when there is nothing to read now.
  bool read_some(Sink& sink) {
    if (!sink.fd) {
      return false;
    }
    const ssize_t got = ::read(sink.fd.get(), buffer_.data(), buffer_.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
      return errno == EINTR;
    }
    if (got <= 0) {
      sink.fd = Fd();
      return false;
    }
    const auto size = static_cast<std::uint64_t>(got);
    const std::uint64_t passed = std::min(size, sink.room);
    sink.room -= passed;
    sink.dropped += size - passed;
    if (passed > 0) {
      sink.callback({buffer_.data(), static_cast<std::size_t>(passed)});
    }
    return true;
  }

  void drain() {
    child_.in = Fd();
    const nanoseconds deadline = monotonic_time() + kDrainTime;
    while ((sinks_[0].fd || sinks_[1].fd) && monotonic_time() < deadline) {
      std::array<pollfd, 2> waits{
          {{sinks_[0].fd.get(), POLLIN, 0}, {sinks_[1].fd.get(), POLLIN, 0}}};
      ::poll(waits.data(), waits.size(), 10);
      read_some(sinks_[0]);
      read_some(sinks_[1]);
    }
  }

  void finish(ProcessResult& result) {
    rusage usage{};
    const int status = child_.reap(usage);
    result.elapsed = duration_cast<milliseconds>(monotonic_time() - started_);
    result.cpu = to_ms(usage.ru_utime) + to_ms(usage.ru_stime);
    result.peak_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    result.dropped_output_bytes = sinks_[0].dropped + sinks_[1].dropped;
    result.signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (stopping_) {
      result.end = *stopping_;
    } else if (WIFEXITED(status)) {
      result.end = ProcessEnd::exited;
      result.exit_code = WEXITSTATUS(status);
    } else {
      result.end = ProcessEnd::signalled;
    }
  }

  static milliseconds to_ms(const timeval& time) {
    return milliseconds(static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_usec / 1000);
  }

  const ProcessSpec& spec_;
  const CancelToken& cancel_;
  nanoseconds started_;
  Child child_;
  std::array<Sink, 2> sinks_;
  std::string_view input_;
  std::array<char, kBufferSize> buffer_{};
  std::optional<ProcessEnd> stopping_;
  nanoseconds asked_at_{0};
  int requests_seen_ = 0;
  bool killed_ = false;
};

}  // namespace

ProcessResult run_process(const ProcessSpec& spec, const CancelToken& cancel) {
  if (!spec.stray_mark.empty()) {
    adopt_strays();
  }
  return Run(spec, cancel).run();
}

CapturedOutput capture(ProcessSpec spec, const CancelToken& cancel, std::uint64_t max_bytes) {
  CapturedOutput captured;
  spec.max_output_bytes = max_bytes;
  spec.on_stdout = [&](std::string_view chunk) { captured.out += chunk; };
  spec.on_stderr = [&](std::string_view chunk) { captured.err += chunk; };
  captured.result = run_process(spec, cancel);
  return captured;
}

}  // namespace mlops::os
