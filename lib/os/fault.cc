#include "os/fault.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <functional>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::os::fault {

namespace {

constexpr std::array<std::pair<std::string_view, int>, 20> kNames{
    {{"EACCES", EACCES}, {"EAGAIN", EAGAIN}, {"EDQUOT", EDQUOT}, {"EEXIST", EEXIST},
     {"EFBIG", EFBIG},   {"EINTR", EINTR},   {"EINVAL", EINVAL}, {"EIO", EIO},
     {"EMFILE", EMFILE}, {"ENFILE", ENFILE}, {"ENOENT", ENOENT}, {"ENOLCK", ENOLCK},
     {"ENOMEM", ENOMEM}, {"ENOSPC", ENOSPC}, {"ENOSYS", ENOSYS}, {"EOPNOTSUPP", EOPNOTSUPP},
     {"EPERM", EPERM},   {"EROFS", EROFS},   {"ESTALE", ESTALE}, {"EXDEV", EXDEV}}};

// In place of an errno.
constexpr int kKill = -1;
constexpr int kShort = -2;

enum class Mode { off, count, trace, once, from_then_on };

// `mode` is written last and read first; the others change only while it is off.
std::atomic<Mode> mode{Mode::off};
std::atomic<std::uint64_t> call_count{0};
std::atomic<std::uint64_t> failing_call{0};
std::atomic<int> failure{0};
std::mutex trace_mutex;
std::vector<Call> traced;                  ///< guarded by trace_mutex
std::function<void(const Call&)> watcher;  ///< guarded by trace_mutex

[[noreturn]] void refuse(std::string_view plan) {
  throw Error(ErrorKind::usage,
              "unknown fault plan " + quote(plan),
              "write N:ERRNO, N+:ERRNO, N:kill, N:short, N+:short, count, trace or off");
}

int failure_of(std::string_view name, std::string_view plan) {
  if (name == "kill") {
    return kKill;
  }
  if (name == "short") {
    return kShort;
  }
  for (const auto& [known, number] : kNames) {
    if (name == known) {
      return number;
    }
  }
  refuse(plan);
}

struct Plan {
  Mode mode = Mode::off;
  std::uint64_t call = 0;
  int failure = 0;
};

Plan parse(std::string_view text) {
  if (text == "off") {
    return {};
  }
  if (text == "count") {
    return {Mode::count, 0, 0};
  }
  if (text == "trace") {
    return {Mode::trace, 0, 0};
  }
  Plan plan{Mode::once, 0, 0};
  const char* const end = text.data() + text.size();
  const auto [after, failed] = std::from_chars(text.data(), end, plan.call);
  std::string_view rest(after, static_cast<std::size_t>(end - after));
  if (failed != std::errc() || plan.call == 0) {
    refuse(text);
  }
  if (rest.starts_with('+')) {
    plan.mode = Mode::from_then_on;
    rest.remove_prefix(1);
  }
  if (!rest.starts_with(':')) {
    refuse(text);
  }
  plan.failure = failure_of(rest.substr(1), text);
  return plan;
}

/// Asks the kernel past the wrappers: what is recorded must not be counted itself.
std::string name_of(int fd) {
  std::error_code failed;
  const std::string link =
      fd == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/" + std::to_string(fd);
  return std::filesystem::read_symlink(link, failed).string();
}

std::string name_of(int fd, const char* path) {
  if (fd == Subject::kNothing) {
    return path == nullptr ? std::string() : path;
  }
  if (path == nullptr) {
    return name_of(fd);
  }
  return (std::filesystem::path(name_of(fd)) / path).lexically_normal().string();
}

void record(const char* call, const Subject& subject) {
  const std::lock_guard lock(trace_mutex);
  traced.push_back({call,
                    name_of(subject.fd, subject.path),
                    name_of(subject.to_directory, subject.to),
                    subject.flags,
                    std::string(subject.data)});
  if (watcher) {
    watcher(traced.back());
  }
}

/// 0, an errno, or kShort.
int planned_for(const char* call, const Subject& subject) noexcept {
  if (mode.load(std::memory_order_relaxed) == Mode::off) {
    return 0;
  }
  const Mode armed = mode.load();
  const std::uint64_t number = call_count.fetch_add(1) + 1;
  if (armed == Mode::trace) {
    record(call, subject);
    return 0;
  }
  const std::uint64_t fails_at = failing_call.load();
  const bool fails = (armed == Mode::once && number == fails_at) ||
                     (armed == Mode::from_then_on && number >= fails_at);
  if (!fails) {
    return 0;
  }
  const int result = failure.load();
  if (result == kKill) {
    ::kill(::getpid(), SIGKILL);
  }
  return result;
}

}  // namespace

void arm(std::string_view plan) {
  const Plan parsed = parse(plan);
  mode.store(Mode::off);
  call_count.store(0);
  failing_call.store(parsed.call);
  failure.store(parsed.failure);
  {
    const std::lock_guard lock(trace_mutex);
    traced.clear();
    watcher = nullptr;
  }
  mode.store(parsed.mode);
}

void watch(std::function<void(const Call&)> before) {
  arm("off");
  {
    const std::lock_guard lock(trace_mutex);
    watcher = std::move(before);
  }
  mode.store(Mode::trace);
}

std::uint64_t calls() noexcept {
  return call_count.load();
}

std::vector<Call> trace() {
  const std::lock_guard lock(trace_mutex);
  return traced;
}

int next(const char* call, const Subject& subject) noexcept {
  const int planned = planned_for(call, subject);
  return planned == kShort ? 0 : planned;
}

int next_transfer(const char* call, const Subject& subject, std::size_t& size) noexcept {
  const int planned = planned_for(call, subject);
  if (planned == kShort) {
    size -= size / 2;
    return 0;
  }
  return planned;
}

}  // namespace mlops::os::fault
