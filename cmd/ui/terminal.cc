#include "ui/terminal.h"

#include <cerrno>
#include <charconv>
#include <utility>

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/signals.h"

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
  write_above_area(STDOUT_FILENO, text, out_closed_);
}

void Terminal::err(std::string_view text) {
  const std::lock_guard guard(mutex_);
  if (std::exchange(progress_shown_, false)) {
    write(STDERR_FILENO, "\r\x1b[K", err_closed_);
  }
  area_progress_.clear();
  write_above_area(STDERR_FILENO, text, err_closed_);
}

void Terminal::show_progress(std::string_view line) {
  const std::lock_guard guard(mutex_);
  if (area_.is_shown()) {
    area_progress_ = line;
    draw_area();
    return;
  }
  if (line.empty() && !progress_shown_) {
    return;
  }
  progress_shown_ = !line.empty();
  write(STDERR_FILENO, std::string("\r\x1b[K").append(line), err_closed_);
}

bool Terminal::in_foreground() const {
  return err_terminal_ && ::getpgrp() == ::tcgetpgrp(STDERR_FILENO);
}

std::optional<Terminal::Size> Terminal::size() const {
  winsize size{};
  if (!err_terminal_ || ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
      size.ws_row == 0) {
    return std::nullopt;
  }
  return Size{size.ws_col, size.ws_row};
}

Terminal::Size Terminal::area_room() const {
  constexpr std::size_t kRowsLeft = 4;
  const std::optional<Size> now = size();
  return now && now->rows > kRowsLeft ? Size{now->columns - 1, now->rows - kRowsLeft} : Size();
}

bool Terminal::can_be_live() const {
  struct stat out {};
  struct stat err {};
  return out_terminal_ && in_foreground() && ::fstat(STDOUT_FILENO, &out) == 0 &&
         ::fstat(STDERR_FILENO, &err) == 0 && out.st_rdev == err.st_rdev && size().has_value();
}

void Terminal::show_area(const std::vector<Line>& lines) {
  const std::lock_guard guard(mutex_);
  if (lines.empty() && !area_.is_shown()) {
    return;
  }
  if (std::exchange(progress_shown_, false)) {
    write(STDERR_FILENO, "\r\x1b[K", err_closed_);
  }
  area_lines_ = lines;
  if (lines.empty()) {
    area_progress_.clear();
  }
  draw_area();
}

void Terminal::change_area(const std::vector<Line>& lines) {
  const std::lock_guard guard(mutex_);
  area_lines_ = lines;
}

void Terminal::draw_area() {
  forget_lost_area();
  const std::optional<Size> now = size();
  const std::size_t columns = now ? now->columns : 0;
  write(STDERR_FILENO, area_.draw(area_rows(columns), columns), err_closed_);
}

/// In the background the terminal is somebody else's.
std::vector<LiveArea::Row> Terminal::area_rows(std::size_t columns) const {
  std::vector<LiveArea::Row> rows;
  if (!in_foreground() || area_lines_.empty()) {
    return rows;
  }
  for (const Line& line : area_lines_) {
    rows.push_back(to_row(line, columns));
  }
  if (!area_progress_.empty()) {
    rows.push_back(to_row({{area_progress_}}, columns));
  }
  return rows;
}

/// While we were stopped or in the background others wrote to the terminal: nobody knows where the
/// area is.
void Terminal::forget_lost_area() {
  const std::uint64_t resumed = os::times_resumed();
  if (std::exchange(resumed_, resumed) != resumed || !in_foreground()) {
    area_ = LiveArea();
  }
}

/// A line that fills its last column would leave it open where the cursor is.
LiveArea::Row Terminal::to_row(const Line& line, std::size_t columns) const {
  const Line fitting = columns > 1 ? cut(line, columns - 1) : line;
  LiveArea::Row row{"", width_of(fitting)};
  for (const Span& span : fitting) {
    row.text += paint_err(span.style, span.text);
  }
  return row;
}

/// In one piece, so that the area does not flicker.
void Terminal::write_above_area(int fd, std::string_view text, bool& closed) {
  if (area_.is_shown()) {
    forget_lost_area();
  }
  if (!area_.is_shown()) {
    write(fd, text, closed);
    return;
  }
  const std::optional<Size> now = size();
  const std::size_t columns = now ? now->columns : 0;
  std::string bytes = area_.draw({}, columns).append(text);
  bytes += text.empty() || text.ends_with('\n') ? "" : "\n";
  write(fd, bytes + area_.draw(area_rows(columns), columns), closed);
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
