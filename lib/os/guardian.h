#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "os/fd.h"
#include "os/sandbox.h"

/// Children that do not outlive us; for the sources of this room.
namespace mlops::os {

/// A process beside one child, which kills the child's group when we die, however that comes: the
/// kernel closes our end of a pipe, and the guardian at its other end sees it. It belongs to the
/// group that it watches, so that no other group can get the number meanwhile. When that is over it
/// may watch another child's. Destruction ends it. It is a fork of ours and holds nothing but its
/// two pipes.
class Guardian {
 public:
  /// Error{io} when the system lacks a process or a descriptor.
  Guardian();
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  /// Called by the child itself, between fork and exec, when it leads its group: whoever is killed
  /// when, the guardian learns of the group before it can see our end. False with errno.
  bool watch_own_group() const noexcept;
  /// Leaves the group and kills what is left of it, also when we die meanwhile. Only while the
  /// child that led it is not reaped. False when it cannot: it may have been killed with the group.
  bool end_watch(pid_t group) const noexcept;

 private:
  pid_t pid_ = 0;
  Fd line_;     ///< closed by exec in the child
  Fd answers_;  ///< of end_watch
};

/// A guardian that watches nobody now, or a new one: to fork a process that has as much memory as
/// ours takes longer than many a stage. Any thread.
std::unique_ptr<Guardian> take_guardian();
/// For the next one. Only after an `end_watch` that was true, or before any watch.
void give_back(std::unique_ptr<Guardian> guardian);

/// What a child becomes. Everything is made before the fork: after it nothing may be allocated.
struct NewProgram {
  std::vector<char*> argv;  ///< ends with nullptr, as env
  std::vector<char*> env;
  std::array<int, 3> streams{-1, -1, -1};  ///< pipe ends above 2; -1: /dev/null
};

/// Where a child stands, and what it sees there.
struct Surroundings {
  std::string cwd;                   ///< empty: ours
  const Sandbox* sandbox = nullptr;  ///< none: as we do
};

/// As posix_spawn, and the child leads a group that `guardian` watches. The child itself is also
/// killed when the calling thread ends: only for a thread that waits for it. Returns 0 or an errno.
int spawn_guarded(const NewProgram& program,
                  const Surroundings& surroundings,
                  const Guardian& guardian,
                  pid_t& pid);

}  // namespace mlops::os
