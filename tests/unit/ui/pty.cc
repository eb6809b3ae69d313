#include "unit/ui/pty.h"

#include <array>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include <pty.h>

namespace mlops::ui::test {
namespace {

[[noreturn]] void run_child(const std::function<void()>& body) {
  int code = 0;
  try {
    body();
  } catch (...) {
    code = 1;
  }
  ::_exit(code);
}

/// Until the other side is gone: a pipe then ends, a pseudo terminal fails with EIO.
std::string read_all(int fd, pid_t child) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(fd);
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error("the child failed: " + text);
  }
  return text;
}

}  // namespace

std::string on_terminal(unsigned short columns, const std::function<void()>& body) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  int control = -1;
  const pid_t child = ::forkpty(&control, nullptr, nullptr, &size);
  if (child < 0) {
    throw std::runtime_error("forkpty failed");
  }
  if (child == 0) {
    run_child(body);
  }
  return read_all(control, child);
}

std::string on_pipe(const std::function<void()>& body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    throw std::runtime_error("pipe failed");
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    run_child(body);
  }
  ::close(ends[1]);
  if (child < 0) {
    throw std::runtime_error("fork failed");
  }
  return read_all(ends[0], child);
}

}  // namespace mlops::ui::test
