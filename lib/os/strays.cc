#include "os/strays.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mlops::os {

namespace {

namespace fs = std::filesystem;

/// Of all threads; empty where the kernel does not tell.
std::vector<pid_t> list_children() {
  std::vector<pid_t> children;
  std::error_code unknown;
  for (const auto& thread : fs::directory_iterator("/proc/self/task", unknown)) {
    std::ifstream file(thread.path() / "children");
    for (pid_t pid = 0; file >> pid;) {
      children.push_back(pid);
    }
  }
  return children;
}

/// A zombie has none, and neither has who may not be looked at.
bool was_started_with(pid_t pid, std::string_view variable) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  const std::string variables{std::istreambuf_iterator<char>(file), {}};
  const std::string_view all = variables;
  for (auto at = all.find(variable); at != std::string_view::npos;
       at = all.find(variable, at + 1)) {
    const auto end = at + variable.size();
    if ((at == 0 || all[at - 1] == '\0') && (end == all.size() || all[end] == '\0')) {
      return true;
    }
  }
  return false;
}

}  // namespace

void adopt_strays() noexcept {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::size_t end_strays(std::string_view variable) {
  // Who forks faster than we kill is not followed for ever.
  constexpr std::size_t kMost = 10'000;
  std::size_t ended = 0;
  for (bool is_new = true; is_new && ended < kMost;) {
    is_new = false;
    for (const pid_t pid : list_children()) {
      if (was_started_with(pid, variable) && ::kill(pid, SIGKILL) == 0) {
        while (::waitpid(pid, nullptr, 0) == -1 && errno == EINTR) {
        }
        is_new = true;
        ++ended;
      }
    }
  }
  return ended;
}

}  // namespace mlops::os
