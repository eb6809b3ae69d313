#include "ui/pager.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spawn.h>

#include "base/text.h"
#include "os/fd.h"
#include "os/process.h"

namespace mlops::ui {
namespace {

std::vector<char*> as_vector(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// Until all is written or the reader has quit: a pager that is left early is no failure.
void feed(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return;
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
}

}  // namespace

int run_in_foreground(const ForegroundSpec& spec) {
  std::vector<std::string> argv = spec.argv;
  std::vector<std::string> environment = spec.environment;
  int ends[2] = {-1, -1};
  if (spec.feed == ForegroundSpec::Feed::yes && ::pipe2(ends, O_CLOEXEC) != 0) {
    return -1;
  }
  os::Fd read_end(ends[0]);
  os::Fd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (read_end) {
    ::posix_spawn_file_actions_adddup2(&actions, read_end.get(), STDIN_FILENO);
  }
  pid_t child = -1;
  const int error = ::posix_spawn(&child,
                                  argv.front().c_str(),
                                  &actions,
                                  nullptr,
                                  as_vector(argv).data(),
                                  as_vector(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return -1;
  }
  read_end = os::Fd();
  if (write_end) {
    feed(write_end.get(), spec.input);
    write_end = os::Fd();
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return -1;
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void show_text(Terminal& terminal, std::string_view text, const PagerSettings& settings) {
  std::vector<std::string> words;
  for (const std::string_view word : split(settings.command, ' ')) {
    if (!word.empty()) {
      words.emplace_back(word);
    }
  }
  if (words.empty()) {
    words = {"less"};
  }
  const bool wanted = settings.use == PagerSettings::Use::yes && terminal.out_is_terminal() &&
                      words != std::vector<std::string>{"cat"};
  const std::optional<std::filesystem::path> program =
      wanted ? os::find_executable(words.front(), settings.search_path) : std::nullopt;
  if (!program) {
    terminal.out(text);
    return;
  }
  ForegroundSpec spec;
  spec.argv = words;
  spec.argv.front() = program->string();
  spec.environment = settings.environment;
  if (std::none_of(spec.environment.begin(), spec.environment.end(), [](const std::string& entry) {
        return entry.starts_with("LESS=");
      })) {
    spec.environment.emplace_back("LESS=FRX");
  }
  spec.input = text;
  spec.feed = ForegroundSpec::Feed::yes;
  if (run_in_foreground(spec) < 0) {
    terminal.out(text);
  }
}

}  // namespace mlops::ui
