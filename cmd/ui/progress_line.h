#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/progress.h"
#include "ui/terminal.h"

namespace mlops::ui {

/// Draws progress as one line on stderr, from one second on, ten times a second at most, when
/// stderr is a terminal and we are in its foreground. Elsewhere only warnings are shown, and with
/// Show::nothing not even they. Any thread.
class ProgressLine final : public Progress {
 public:
  enum class Show { nothing, warnings, all };
  ProgressLine(Terminal& terminal, Show show);
  ~ProgressLine() override;

  void begin(std::string_view phase, std::uint64_t total_items, std::uint64_t total_bytes) override;
  void begin_wait(std::string_view phase) override;
  void advance(std::uint64_t items, std::uint64_t bytes) override;
  void end() override;
  void warn(std::string_view message) override;

 private:
  std::string render(std::chrono::steady_clock::time_point now) const;

  Terminal& terminal_;
  bool warns_;
  bool tells_;  ///< one line for what takes long, where none can be drawn
  bool show_;
  std::mutex mutex_;
  std::string phase_;
  std::uint64_t total_items_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::uint64_t items_ = 0;
  std::uint64_t bytes_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace mlops::ui
