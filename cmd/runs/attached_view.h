#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "app/context.h"
#include "pipeline/run_history.h"
#include "ui/run_screen.h"

namespace mlops::runs {

/// The rows of a run that another process is at work on, below the lines that stay. Takes them away
/// when it ends. One thread.
class AttachedView {
 public:
  AttachedView(app::Context& context, const pipeline::RecordedRun& run);
  ~AttachedView();
  AttachedView(const AttachedView&) = delete;
  AttachedView& operator=(const AttachedView&) = delete;

  void start(const pipeline::RecordedInstance& instance);
  /// Whether the lines of an instance are to be printed: it has been alone since it started.
  bool is_followed(const std::string& id) const { return followed_ == id; }
  /// Whole lines, and what the instance has begun to write behind them.
  void say(const std::string& id, std::string_view lines, std::string_view begun);
  /// Before its last line is printed.
  void end(const pipeline::RecordedInstance& instance);
  void draw();

 private:
  app::Context& context_;
  ui::RunScreen screen_;
  std::string followed_;
};

/// RFC 3339 in UTC and whole seconds, as records have it, since the epoch; 0 for anything else.
std::chrono::nanoseconds parse_time(std::string_view text);

}  // namespace mlops::runs
