#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/line.h"

namespace mlops::ui {

/// What is at work in a run and how far it is, as lines below the ones that stay. Knows no terminal
/// and no clock: times are given, and the same events give the same lines. One thread at a time.
class RunScreen {
 public:
  using Time = std::chrono::nanoseconds;
  enum class Outcome { ran, cached, failed, left_out };
  struct Use {
    std::optional<double> processors;  ///< 1.0: one of them
    std::optional<std::uint64_t> memory_bytes;
  };

  /// `instances` of a run that has begun; without a call nothing is drawn.
  void begin(std::size_t instances, Time now);
  /// `note` is shown until the instance says something. Names, notes and lines are raw bytes.
  void start(std::string_view id, std::string_view note, Time now);
  /// The last line that it has written.
  void say(std::string_view id, std::string_view line);
  /// The line that it has begun and not ended, which is shown before the last one; empty: none.
  void set_begun(std::string_view id, std::string_view line);
  /// Its output is printed above: no need to repeat its lines.
  void stream(std::string_view id, bool is_streamed);
  /// `state` is a word such as "running".
  void set_state(std::string_view id, std::string state);
  void set_use(std::string_view id, Use use);
  /// An instance need not have started.
  void end(std::string_view id, Outcome outcome);
  /// Where nobody measures, there is no place for it. Yes unless told.
  enum class ShowUse { yes, no };
  void show_use(ShowUse show) { show_use_ = show; }
  /// One line at the bottom, until another replaces it.
  void set_notice(std::string notice) { notice_ = std::move(notice); }

  std::size_t running() const { return rows_.size(); }
  bool is_over() const { return ended() >= expected_; }
  /// At most `height` lines of at most `width` columns: those that started first, how many more
  /// there are, and the sum of all.
  std::vector<Line> draw(std::size_t width, std::size_t height, Time now) const;

 private:
  struct Row {
    std::string id;
    std::string name;  ///< as the terminal may get it
    std::string state = "running";
    std::string line;  ///< likewise, as the next
    std::string begun;
    bool has_spoken = false;
    bool is_streamed = false;
    Time since{0};
    Use use;
  };
  Row* find(std::string_view id);
  std::size_t ended() const { return ran_ + cached_ + failed_ + left_out_; }
  Line draw_row(const Row& row, std::size_t name_width, std::size_t width, Time now) const;
  Line draw_sum(Time now) const;

  std::vector<Row> rows_;  ///< in the order in which they started
  std::string notice_;
  ShowUse show_use_ = ShowUse::yes;
  Time began_{0};
  std::size_t expected_ = 0;
  std::size_t ran_ = 0;
  std::size_t cached_ = 0;
  std::size_t failed_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace mlops::ui
