#include "ui/terminal.h"

#include <cerrno>
#include <charconv>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace mlops::ui {
namespace {

std::string_view escape_sequence(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::red:
      return "\x1b[31m";
    case Style::yellow:
      return "\x1b[33m";
    case Style::green:
      return "\x1b[32m";
    case Style::cyan:
      return "\x1b[36m";
  }
  return "";
}

std::string paint(bool color, Style style, std::string_view text) {
  if (!color || style == Style::plain || text.empty()) {
    return std::string(text);
  }
  return std::string(escape_sequence(style)).append(text).append("\x1b[0m");
}

/// The order of style.md: flag, NO_COLOR, the forcing variables, then the stream itself.
bool decide_color(ColorMode mode, const TerminalEnvironment& environment, bool terminal) {
  if (mode != ColorMode::automatic) {
    return mode == ColorMode::always;
  }
  if (!environment.no_color.empty()) {
    return false;
  }
  if (!environment.force_color.empty() && environment.force_color != "0") {
    return true;
  }
  return terminal && !environment.term.empty() && environment.term != "dumb";
}

std::size_t decide_width(int fd, bool terminal, const std::string& columns) {
  std::size_t width = 0;
  const auto [end, error] = std::from_chars(columns.data(), columns.data() + columns.size(), width);
  if (error == std::errc{} && end == columns.data() + columns.size() && width >= 20) {
    return width;
  }
  winsize size{};
  if (terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) {
    return size.ws_col;
  }
  return terminal ? 80 : 0;
}

}  // namespace

Terminal::Terminal(ColorMode mode, const TerminalEnvironment& environment)
    : out_terminal_(::isatty(STDOUT_FILENO) == 1),
      err_terminal_(::isatty(STDERR_FILENO) == 1),
      out_color_(decide_color(mode, environment, out_terminal_)),
      err_color_(decide_color(mode, environment, err_terminal_)),
      width_(decide_width(STDOUT_FILENO, out_terminal_, environment.columns)),
      err_width_(decide_width(STDERR_FILENO, err_terminal_, environment.columns)) {}

void Terminal::out(std::string_view text) {
  const std::lock_guard guard(mutex_);
  write(STDOUT_FILENO, text, out_closed_);
}

void Terminal::err(std::string_view text) {
  const std::lock_guard guard(mutex_);
  if (std::exchange(progress_shown_, false)) {
    write(STDERR_FILENO, "\r\x1b[K", err_closed_);
  }
  write(STDERR_FILENO, text, err_closed_);
}

void Terminal::show_progress(std::string_view line) {
  const std::lock_guard guard(mutex_);
  if (line.empty() && !progress_shown_) {
    return;
  }
  progress_shown_ = !line.empty();
  write(STDERR_FILENO, std::string("\r\x1b[K").append(line), err_closed_);
}

bool Terminal::in_foreground() const {
  return err_terminal_ && ::getpgrp() == ::tcgetpgrp(STDERR_FILENO);
}

std::string Terminal::paint_out(Style style, std::string_view text) const {
  return paint(out_color_, style, text);
}

std::string Terminal::paint_err(Style style, std::string_view text) const {
  return paint(err_color_, style, text);
}

void Terminal::write(int fd, std::string_view text, bool& closed) {
  while (!closed && !text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      closed = true;
      out_failed_ = out_failed_ || (fd == STDOUT_FILENO && errno != EPIPE);
    }
  }
}

}  // namespace mlops::ui
