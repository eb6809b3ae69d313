#include "os/detached.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spawn.h>

#include "base/error.h"
#include "os/failure.h"
#include "os/fd.h"

namespace mlops::os {

namespace {

std::vector<char*> as_pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const auto& word : words) {
    // posix_spawn takes char* const[] for historical reasons and changes nothing.
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

Fd create_output(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!fd) {
    throw_errno(errno, "create", path, errno == EEXIST ? ErrorKind::conflict : ErrorKind::io);
  }
  return fd;
}

/// Returns 0 or an errno.
int spawn_session(const std::vector<std::string>& argv,
                  const std::vector<std::string>& env,
                  const std::filesystem::path& cwd,
                  int output,
                  pid_t& pid) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::posix_spawnattr_setsigmask(&attributes, &signals);
  ::sigfillset(&signals);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int why = ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    why = why == 0 ? ::posix_spawn_file_actions_adddup2(&actions, output, stream) : why;
  }
  why = why == 0 ? ::posix_spawn_file_actions_addclosefrom_np(&actions, 3) : why;
  why = why == 0 ? ::posix_spawn_file_actions_addchdir_np(&actions, cwd.c_str()) : why;
  if (why == 0) {
    const auto words = as_pointers(argv);
    const auto variables = as_pointers(env);
    why = ::posix_spawn(&pid, words.front(), &actions, &attributes, words.data(), variables.data());
  }
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return why;
}

}  // namespace

Detached::Detached(const std::vector<std::string>& argv,
                   const std::vector<std::string>& env,
                   const std::filesystem::path& cwd,
                   const std::filesystem::path& output) {
  const Fd file = create_output(output);
  pid_t pid = 0;
  if (const int why = spawn_session(argv, env, cwd, file.get(), pid); why != 0) {
    throw_errno(why, "start", argv.front());
  }
  pid_ = pid;
}

std::optional<int> Detached::poll_end() {
  int status = 0;
  if (!end_ && ::waitpid(static_cast<pid_t>(pid_), &status, WNOHANG) == pid_) {
    end_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return end_;
}

}  // namespace mlops::os
