#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/line.h"
#include "ui/live_area.h"

namespace mlops::ui {

enum class ColorMode { automatic, always, never };

/// The part of the environment that decides how output looks; filled once in cmd/main.
struct TerminalEnvironment {
  std::string no_color;     ///< NO_COLOR: any non-empty value, even "0"
  std::string force_color;  ///< CLICOLOR_FORCE or FORCE_COLOR
  std::string term;
  std::string columns;  ///< COLUMNS, for tests and for people without a terminal
};

/// The only thing in mlops that writes to stdout and stderr. Any thread; a call's text is never
/// torn by another. A closed pipe drops further output quietly: the command goes on to its own exit
/// code.
class Terminal {
 public:
  Terminal(ColorMode mode, const TerminalEnvironment& environment);

  void out(std::string_view text);
  /// Notes, progress and errors. A progress line on the screen is erased first; a live area stays
  /// below what is written.
  void err(std::string_view text);
  bool out_is_terminal() const { return out_terminal_; }
  bool err_is_terminal() const { return err_terminal_; }
  bool out_has_color() const { return out_color_; }
  bool err_has_color() const { return err_color_; }
  std::size_t width() const { return width_; }  ///< of stdout; 0: unlimited
  std::size_t err_width() const { return err_width_; }
  bool in_foreground() const;
  /// Words in colour, where the stream has it.
  std::string paint_out(Style style, std::string_view text) const;
  std::string paint_err(Style style, std::string_view text) const;

  /// Replaces the progress line on stderr; "" erases it. Only where progress may be shown.
  void show_progress(std::string_view line);

  /// As the terminal of stderr is now; nothing where it does not say.
  struct Size {
    std::size_t columns = 0;
    std::size_t rows = 0;
  };
  std::optional<Size> size() const;
  /// What of it a live area may take: some lines stay for what is written above, one for the
  /// cursor, and the last column would break the line. Nothing of a terminal that is too small.
  Size area_room() const;
  /// Whether stdout and stderr are one terminal, whose lines can be drawn again, and we are in its
  /// foreground.
  bool can_be_live() const;
  /// Replaces the live area, which stays below all that is written; none: takes it away. The
  /// progress line stands below it. Only where can_be_live().
  void show_area(const std::vector<Line>& lines);
  /// The same, but together with the text that is written next.
  void change_area(const std::vector<Line>& lines);

  /// True when stdout could not be written for another reason than a closed pipe (disk full).
  bool out_failed() const { return out_failed_; }

 private:
  void write(int fd, std::string_view text, bool& closed);
  void write_above_area(int fd, std::string_view text, bool& closed);
  void draw_area();
  void forget_lost_area();
  std::vector<LiveArea::Row> area_rows(std::size_t columns) const;
  LiveArea::Row to_row(const Line& line, std::size_t columns) const;
  std::mutex mutex_;
  bool out_terminal_;
  bool err_terminal_;
  bool out_color_;
  bool err_color_;
  bool out_closed_ = false;
  bool err_closed_ = false;
  bool out_failed_ = false;
  bool progress_shown_ = false;
  std::vector<Line> area_lines_;
  std::string area_progress_;  ///< the progress line, while there is an area
  LiveArea area_;
  std::uint64_t resumed_ = 0;
  std::size_t width_;
  std::size_t err_width_;
};

}  // namespace mlops::ui
