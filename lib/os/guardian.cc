#include "os/guardian.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>

#include "base/error.h"
#include "os/failure.h"
#include "os/spawn.h"

namespace mlops::os {

namespace {

/// No signal of ours may run a handler of ours in a fork, which has our memory.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

void wait_for(pid_t pid) noexcept {
  while (::waitpid(pid, nullptr, 0) == -1 && errno == EINTR) {
  }
}

/// One number; false at the end of the pipe. Async-signal-safe, as all that follows.
bool read_number(int fd, int& number) noexcept {
  ssize_t got = 0;
  do {
    got = ::read(fd, &number, sizeof(number));
  } while (got == -1 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof(number));
}

bool write_number(int fd, int number) noexcept {
  ssize_t written = 0;
  do {
    written = ::write(fd, &number, sizeof(number));
  } while (written == -1 && errno == EINTR);
  return written == static_cast<ssize_t>(sizeof(number));
}

/// The life of a guardian: a number is a group to watch, a negative one a watch that is over. All
/// signals stay blocked.
[[noreturn]] void guard(int line, int answers) noexcept {
  // Whoever kills all that is called mlops must not kill it too.
  ::prctl(PR_SET_NAME, "stage-guard");
  // Our standard streams, locks and other guardians' pipes would live on with it. Both are above 2.
  if (::dup2(line, STDIN_FILENO) == -1 || ::dup2(answers, STDOUT_FILENO) == -1) {
    ::_exit(1);
  }
  ::closefrom(STDERR_FILENO);
  bool is_in_group = false;
  for (int number = 0; read_number(STDIN_FILENO, number);) {
    if (number > 0) {
      is_in_group = ::setpgid(0, number) == 0;
      continue;
    }
    is_in_group = ::setpgid(0, 0) != 0;
    ::kill(number, SIGKILL);
    if (!write_number(STDOUT_FILENO, number)) {
      break;
    }
  }
  if (is_in_group) {
    ::kill(0, SIGKILL);
  }
  ::_exit(0);
}

bool connect_streams(const std::array<int, 3>& streams) noexcept {
  for (int stream = 0; stream < static_cast<int>(streams.size()); ++stream) {
    int from = streams[static_cast<std::size_t>(stream)];
    if (from == -1) {
      from = ::open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    }
    if (from == -1 || ::dup2(from, stream) == -1) {
      return false;
    }
  }
  return true;
}

/// Into the sandbox before the working directory, which may be another one there.
bool enter(const Surroundings& surroundings) noexcept {
  if (surroundings.sandbox != nullptr && !enter_sandbox(*surroundings.sandbox)) {
    return false;
  }
  if (surroundings.cwd.empty()) {
    return true;
  }
  const int directory = ::open(surroundings.cwd.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  return directory != -1 && ::fchdir(directory) == 0;
}

/// The child between fork and exec; returns only when it cannot become the program. `problem` is
/// where to say why. The signal of the parent's death comes last: a sandbox forgets it.
void become(const NewProgram& program,
            const Surroundings& surroundings,
            const Guardian& guardian,
            int& problem) noexcept {
  constexpr int kFirst = STDERR_FILENO + 1;
  if (::setpgid(0, 0) != 0 || !guardian.watch_own_group() || !enter(surroundings) ||
      ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || !connect_streams(program.streams)) {
    return;
  }
  if (problem != kFirst) {
    if (::dup3(problem, kFirst, O_CLOEXEC) == -1) {
      return;
    }
    problem = kFirst;
  }
  ::closefrom(kFirst + 1);
  for (int number = 1; number < NSIG; ++number) {
    ::signal(number, SIG_DFL);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::execve(program.argv.front(), program.argv.data(), program.env.data());
}

/// Apart, so that what it changes lies in a frame of its own.
[[noreturn, gnu::noinline]] void live(const NewProgram& program,
                                      const Surroundings& surroundings,
                                      const Guardian& guardian,
                                      int channel) noexcept {
  become(program, surroundings, guardian, channel);
  write_number(channel, errno);
  ::_exit(127);
}

/// Returns in the parent only: the child's id, or -1 with errno. Without a sandbox the child has
/// our memory, and this thread stands still until it is the program or has ended: a copy of our
/// page tables, and of each page that is written meanwhile, takes longer than most short stages.
/// The child writes nothing but its own stack and errno, takes no lock and has all signals blocked
/// until those of ours have no handler in it. In a sandbox it has to wait for others, and for that
/// it gets a copy.
pid_t start(const NewProgram& program,
            const Surroundings& surroundings,
            const Guardian& guardian,
            int channel) {
  // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): see above
  const pid_t pid = surroundings.sandbox == nullptr ? ::vfork() : ::fork();
  if (pid == 0) {
    live(program, surroundings, guardian, channel);  // NOLINT(clang-analyzer-unix.Vfork)
  }
  return pid;
}

/// Those that watch nobody. They end with us: each sees the end of its line.
struct Idle {
  std::mutex mutex;
  // Guarded by mutex.
  pid_t owner = ::getpid();
  std::vector<std::unique_ptr<Guardian>> guardians;

  /// A fork of ours that goes on as we do has those of its own: ours are no children of its.
  void disown_after_fork() {
    if (std::exchange(owner, ::getpid()) != owner) {
      for (auto& guardian : guardians) {
        static_cast<void>(guardian.release());
      }
      guardians.clear();
    }
  }
};

Idle& idle() {
  static Idle all;
  return all;
}

}  // namespace

Guardian::Guardian() {
  Pipe line = make_pipe(Direction::to_child);
  Pipe answers = make_pipe(Direction::from_child);
  const AllSignalsBlocked blocked;
  const pid_t pid = ::fork();
  if (pid == -1) {
    throw Error(ErrorKind::io, "cannot start a process: " + describe_errno(errno));
  }
  if (pid == 0) {
    // Out of our group, which a shell may kill as a whole.
    ::setpgid(0, 0);
    guard(line.theirs.get(), answers.theirs.get());
  }
  // Here too: nothing may start before it is so.
  ::setpgid(pid, pid);
  pid_ = pid;
  line_ = std::move(line.ours);
  answers_ = std::move(answers.ours);
}

Guardian::~Guardian() {
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
}

bool Guardian::watch_own_group() const noexcept {
  return write_number(line_.get(), ::getpid());
}

bool Guardian::end_watch(pid_t group) const noexcept {
  // Longer than it ever takes; somebody of the group may have stopped it for good.
  constexpr int kPatienceMs = 1'000;
  const pid_t over = -group;
  const std::string_view bytes(reinterpret_cast<const char*>(&over), sizeof(over));
  ::kill(pid_, SIGCONT);
  if (write_without_signal(line_.get(), bytes) != static_cast<ssize_t>(bytes.size())) {
    return false;
  }
  pollfd answer{answers_.get(), POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&answer, 1, kPatienceMs);
  } while (ready == -1 && errno == EINTR);
  int number = 0;
  return ready == 1 && read_number(answers_.get(), number) && number == over;
}

std::unique_ptr<Guardian> take_guardian() {
  {
    Idle& all = idle();
    const std::lock_guard lock(all.mutex);
    all.disown_after_fork();
    if (!all.guardians.empty()) {
      auto guardian = std::move(all.guardians.back());
      all.guardians.pop_back();
      return guardian;
    }
  }
  return std::make_unique<Guardian>();
}

void give_back(std::unique_ptr<Guardian> guardian) {
  Idle& all = idle();
  const std::lock_guard lock(all.mutex);
  all.disown_after_fork();
  all.guardians.push_back(std::move(guardian));
}

int spawn_guarded(const NewProgram& program,
                  const Surroundings& surroundings,
                  const Guardian& guardian,
                  pid_t& pid) {
  Pipe problem = make_pipe(Direction::from_child);
  int why = 0;
  {
    const AllSignalsBlocked blocked;
    pid = start(program, surroundings, guardian, problem.theirs.get());
    why = pid == -1 ? errno : 0;
  }
  problem.theirs = Fd();
  if (why == 0 && read_number(problem.ours.get(), why)) {
    wait_for(pid);
  }
  return why;
}

}  // namespace mlops::os
