#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include <sys/resource.h>
#include <sys/types.h>

#include "os/fd.h"
#include "os/guardian.h"
#include "os/process.h"
#include "os/process_group.h"

/// Children as process.cc and coprocess.cc need them; for the sources of this room.
namespace mlops::os {

/// Which of the standard streams are pipes. Of the others stdin is the spec's input, if it has one,
/// and the rest /dev/null.
struct Streams {
  bool in = false;
  bool out = false;
  bool err = false;
};

struct Pipe {
  Fd ours;
  Fd theirs;
};
enum class Direction { to_child, from_child };
/// Both ends are closed by exec and lie above the standard streams. Error{io}.
Pipe make_pipe(Direction direction);

/// A running child that leads a process group of its own. Destruction kills the group and reaps
/// the child.
class Child {
 public:
  /// Nothing of ours is inherited: no descriptor but the three, no signal mask, no ignored signal.
  /// When the child cannot be started, pid() is 0 and start_errno() says why. Throws Error{config}
  /// for words with NUL bytes and Error{internal} for an argv[0] that is not an absolute path.
  Child(const ProcessSpec& spec, Streams streams);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const noexcept { return pid_; }
  int start_errno() const noexcept { return start_errno_; }
  /// Our ends of the pipes, non-blocking; empty for streams that are no pipes.
  Fd in;
  Fd out;
  Fd err;

  void signal_group(int signal_number) const noexcept;
  /// Whether the child itself has ended; it stays a zombie, so that its id stays ours.
  bool has_ended() const noexcept;
  /// A descriptor that polls readable at the child's end; empty on kernels before 5.3.
  const Fd& pidfd() const noexcept { return pidfd_; }
  /// Kills what is left of the group after the child's own end.
  void kill_rest() noexcept;
  /// The same, waits for the child, and returns its wait status.
  int reap(rusage& usage) noexcept;

 private:
  pid_t pid_ = 0;
  int start_errno_ = 0;
  Fd pidfd_;
  std::unique_ptr<Guardian> guardian_;
  std::optional<RememberedGroup> remembered_;
};

/// write(2) that reports EPIPE instead of raising SIGPIPE.
ssize_t write_without_signal(int fd, std::string_view bytes) noexcept;

}  // namespace mlops::os
