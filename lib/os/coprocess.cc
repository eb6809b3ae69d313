#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

#include <fmt/format.h>
#include <poll.h>

#include "base/error.h"
#include "base/text.h"
#include "os/failure.h"
#include "os/process.h"
#include "os/spawn.h"

namespace mlops::os {

namespace {

constexpr std::size_t kKeptErrorText = 2048;
constexpr int kLastWordsMs = 200;
/// How long a wait may last before it is asked whether anybody still wants the answer.
constexpr int kPatienceMs = 100;

ProcessSpec only_what_counts(const ProcessSpec& spec) {
  ProcessSpec counts;
  counts.argv = spec.argv;
  counts.env = spec.env;
  counts.cwd = spec.cwd;
  return counts;
}

}  // namespace

struct Coprocess::State {
  State(const ProcessSpec& spec, const CancelToken* token)
      : name(spec.argv.empty() ? std::string() : spec.argv.front()),
        child(only_what_counts(spec), {true, true, true}),
        cancel(token) {
    if (child.pid() == 0) {
      throw_errno(child.start_errno(), "start", name);
    }
  }

  [[noreturn]] void throw_ended() const {
    const std::string_view words = trim(error_text);
    throw Error(
        ErrorKind::io,
        fmt::format(
            "{} ended before it had answered{}{}", quote(name), words.empty() ? "" : ": ", words));
  }

  std::size_t buffered() const { return answer.size() - taken; }

  /// Reads once, if there is something, and closes our end when the child closed its own.
  static void read_some(Fd& fd, std::string& into) {
    std::array<char, 1U << 16U> chunk;
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got > 0) {
      into.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      fd = Fd();
    }
  }

  /// Waits until the child answers, or takes input where `wants_to_write`. Its answers and its
  /// error text are read in any case: a child that is stuck on a full pipe would never read ours.
  bool exchange(bool wants_to_write) {
    if (cancel == nullptr) {
      return poll_streams(wants_to_write, -1) == Polled::may_write;
    }
    cancel->check();
    return poll_streams(wants_to_write, kPatienceMs) == Polled::may_write;
  }

  enum class Polled { nothing, moved, may_write };

  Polled poll_streams(bool wants_to_write, int patience_ms) {
    std::array<pollfd, 3> waits{{{child.out.get(), POLLIN, 0},
                                 {child.err.get(), POLLIN, 0},
                                 {wants_to_write ? child.in.get() : -1, POLLOUT, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), patience_ms);
    if (ready < 0 && errno != EINTR) {
      throw_errno(errno, "wait for", name);
    }
    if (ready <= 0) {
      return ready == 0 ? Polled::nothing : Polled::moved;
    }
    if (waits[1].revents != 0) {
      read_some(child.err, error_text);
      if (error_text.size() > kKeptErrorText) {
        error_text.erase(0, error_text.size() - kKeptErrorText);
      }
    }
    if (waits[0].revents != 0) {
      read_some(child.out, answer);
    }
    return waits[2].revents != 0 ? Polled::may_write : Polled::moved;
  }

  void read_more() {
    if (!child.out) {
      // The reason may still be on its way; a process that outlives the child may hold the pipe.
      while (child.err && poll_streams(false, kLastWordsMs) != Polled::nothing) {
      }
      throw_ended();
    }
    exchange(false);
  }

  std::string take(std::size_t size) {
    std::string out = answer.substr(taken, size);
    taken += size;
    // Moving the rest down at every line would be quadratic.
    if (taken >= answer.size() / 2) {
      answer.erase(0, taken);
      taken = 0;
    }
    return out;
  }

  std::string name;
  Child child;
  const CancelToken* cancel;
  std::string answer;
  std::size_t taken = 0;  ///< bytes of `answer` that were given out
  std::string error_text;
};

Coprocess::Coprocess(const ProcessSpec& spec, const CancelToken* cancel)
    : state_(std::make_unique<State>(spec, cancel)) {}
Coprocess::Coprocess(Coprocess&&) noexcept = default;
Coprocess::~Coprocess() = default;

void Coprocess::write(std::string_view bytes) {
  while (!bytes.empty()) {
    // A dying child may close its output before its input: what it still takes, nobody answers.
    if (!state_->child.out) {
      state_->read_more();
    }
    if (!state_->exchange(true)) {
      continue;
    }
    const ssize_t written = write_without_signal(state_->child.in.get(), bytes);
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      state_->throw_ended();
    } else if (errno != EAGAIN && errno != EINTR) {
      throw_errno(errno, "write to", state_->name);
    }
  }
}

std::string Coprocess::read_exact(std::size_t size) {
  while (state_->buffered() < size) {
    state_->read_more();
  }
  return state_->take(size);
}

std::string Coprocess::read_line(std::size_t max_bytes) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = state_->answer.find('\n', state_->taken + searched);
    if (end != std::string::npos && end - state_->taken <= max_bytes) {
      std::string line = state_->take(end - state_->taken + 1);
      line.pop_back();
      return line;
    }
    searched = state_->buffered();
    if (end != std::string::npos || searched > max_bytes) {
      throw Error(
          ErrorKind::io,
          fmt::format(
              "{} answered with a line of more than {} bytes", quote(state_->name), max_bytes));
    }
    state_->read_more();
  }
}

}  // namespace mlops::os
