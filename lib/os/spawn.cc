#include "os/spawn.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spawn.h>

#include "base/error.h"
#include "base/text.h"
#include "os/failure.h"
#include "os/sightings.h"

namespace mlops::os {

namespace {

using namespace std::chrono_literals;

/// Above the standard streams: when ours are closed, a pipe end could be number 0, 1 or 2, and the
/// child's dup2 of one stream would close the other.
Fd above_standard_streams(int fd) {
  const Fd original(fd);
  Fd moved(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!moved) {
    throw Error(ErrorKind::io, "cannot open a stream for a command: " + describe_errno(errno));
  }
  return moved;
}

/// A file in memory, to be read from its beginning. Not a pipe: a child that outlives us would take
/// the part that it got of its input for all of it.
Fd make_input(std::string_view bytes) {
  const int made = ::memfd_create("mlops-input", MFD_CLOEXEC);
  if (made < 0) {
    throw Error(ErrorKind::io, "cannot hand a command its input: " + describe_errno(errno));
  }
  Fd file = above_standard_streams(made);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      break;
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  if (!bytes.empty() || ::lseek(file.get(), 0, SEEK_SET) != 0) {
    throw Error(ErrorKind::io, "cannot hand a command its input: " + describe_errno(errno));
  }
  return file;
}

/// Our end does not block: one thread serves all streams of a child.
Pipe make_stream(Direction direction) {
  Pipe pipe = make_pipe(direction);
  if (::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) != 0) {
    throw Error(ErrorKind::io, "cannot make a pipe: " + describe_errno(errno));
  }
  return pipe;
}

/// RAII around posix_spawn's file actions; the first error is kept.
class FileActions {
 public:
  FileActions() { note(::posix_spawn_file_actions_init(&actions_)); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void connect(int stream, int pipe_end) {
    if (pipe_end >= 0) {
      note(::posix_spawn_file_actions_adddup2(&actions_, pipe_end, stream));
    } else {
      const int flags = stream == STDIN_FILENO ? O_RDONLY : O_WRONLY;
      note(::posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", flags, 0));
    }
  }
  void finish(const std::filesystem::path& cwd) {
    // Libraries of ours may open descriptors without O_CLOEXEC.
    note(::posix_spawn_file_actions_addclosefrom_np(&actions_, 3));
    if (!cwd.empty()) {
      note(::posix_spawn_file_actions_addchdir_np(&actions_, cwd.c_str()));
    }
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }
  int error() const { return error_; }

 private:
  void note(int error) { error_ = error_ == 0 ? error : error_; }
  posix_spawn_file_actions_t actions_{};
  int error_ = 0;
};

/// A group of its own, no blocked signals, no ignored signals.
class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (const std::string& word : words) {
    if (word.find('\0') != std::string::npos) {
      throw Error(ErrorKind::config, "a word of a command holds a NUL byte: " + quote(word));
    }
    // execve takes char* const[] for historical reasons and changes nothing.
    out.push_back(const_cast<char*>(word.c_str()));
  }
  out.push_back(nullptr);
  return out;
}

Fd open_pidfd(pid_t pid) {
#ifdef SYS_pidfd_open
  return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
#else
  return {};
#endif
}

/// Dead processes stay in their group until their new parent has reaped them: give it a moment,
/// so that nothing of the group writes after we have returned.
void wait_until_group_is_gone(pid_t group) {
  constexpr int kSteps = 100;
  for (int step = 0; step < kSteps && ::kill(-group, 0) == 0; ++step) {
    std::this_thread::sleep_for(2ms);
  }
}

/// Returns 0 or an errno.
int spawn(const NewProgram& program, const std::filesystem::path& cwd, pid_t& pid) {
  FileActions actions;
  for (int stream = 0; stream < 3; ++stream) {
    actions.connect(stream, program.streams[static_cast<std::size_t>(stream)]);
  }
  actions.finish(cwd);
  if (actions.error() != 0) {
    return actions.error();
  }
  const Attributes attributes;
  return ::posix_spawn(&pid,
                       program.argv.front(),
                       actions.get(),
                       attributes.get(),
                       program.argv.data(),
                       program.env.data());
}

}  // namespace

Pipe make_pipe(Direction direction) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error(ErrorKind::io, "cannot make a pipe: " + describe_errno(errno));
  }
  Fd second(ends[1]);
  Fd read_end = above_standard_streams(ends[0]);
  Fd write_end = above_standard_streams(second.release());
  if (direction == Direction::to_child) {
    return {std::move(write_end), std::move(read_end)};
  }
  return {std::move(read_end), std::move(write_end)};
}

Child::Child(const ProcessSpec& spec, Streams streams) {
  if (spec.argv.empty() || !spec.argv.front().starts_with('/')) {
    throw Error(ErrorKind::internal, "a command needs an absolute path to start with");
  }
  sightings::lose("what a program answers");
  NewProgram program{pointers_to(spec.argv), pointers_to(spec.env)};
  const Fd input = streams.in || spec.input.empty() ? Fd() : make_input(spec.input);
  Pipe to_in = streams.in ? make_stream(Direction::to_child) : Pipe{};
  Pipe from_out = streams.out ? make_stream(Direction::from_child) : Pipe{};
  Pipe from_err = streams.err ? make_stream(Direction::from_child) : Pipe{};
  program.streams = {
      streams.in ? to_in.theirs.get() : input.get(), from_out.theirs.get(), from_err.theirs.get()};
  pid_t pid = 0;
  if (spec.on_our_death == OnOurDeath::kill_group) {
    guardian_ = take_guardian();
    start_errno_ = spawn_guarded(program, {spec.cwd.string(), spec.sandbox}, *guardian_, pid);
  } else {
    start_errno_ = spawn(program, spec.cwd, pid);
  }
  if (start_errno_ != 0) {
    guardian_.reset();
    return;
  }
  pid_ = pid;
  remembered_.emplace(pid);
  pidfd_ = open_pidfd(pid);
  in = std::move(to_in.ours);
  out = std::move(from_out.ours);
  err = std::move(from_err.ours);
}

Child::~Child() {
  if (pid_ > 0) {
    rusage usage{};
    reap(usage);
  }
}

void Child::signal_group(int signal_number) const noexcept {
  if (pid_ > 0) {
    ::kill(-pid_, signal_number);
  }
}

bool Child::has_ended() const noexcept {
  siginfo_t info{};
  const int flags = WEXITED | WNOHANG | WNOWAIT;
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, flags) == 0 && info.si_pid == pid_;
}

/// By the guardian first: it is of the group, too, and has to be out of it before we kill.
void Child::kill_rest() noexcept {
  if (guardian_ && guardian_->end_watch(pid_)) {
    give_back(std::move(guardian_));
  }
  signal_group(SIGKILL);
  guardian_.reset();
}

int Child::reap(rusage& usage) noexcept {
  kill_rest();
  int status = 0;
  while (::wait4(pid_, &status, 0, &usage) == -1 && errno == EINTR) {
  }
  remembered_.reset();
  wait_until_group_is_gone(pid_);
  pid_ = 0;
  return status;
}

ssize_t write_without_signal(int fd, std::string_view bytes) noexcept {
  sigset_t pipe_signal;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  sigset_t pending;
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  sigset_t old_mask;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &old_mask);
  const ssize_t written = ::write(fd, bytes.data(), bytes.size());
  const int error_number = errno;
  if (written < 0 && error_number == EPIPE && !was_pending) {
    const timespec at_once{};
    ::sigtimedwait(&pipe_signal, nullptr, &at_once);
  }
  ::pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
  errno = error_number;
  return written;
}

}  // namespace mlops::os
