#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "pipeline/runner.h"

namespace mlops::pipeline {

/// What the threads that watch stages tell the main thread. Any thread puts, one takes.
struct RunEvent {
  std::size_t instance = 0;
  std::string line;                     ///< of output
  bool is_shown = true;                 ///< no: there is too much of it; it may be the last line
  std::optional<AttemptResult> result;  ///< instead of a line: the attempt is over
};

class EventQueue {
 public:
  /// Waits while more than kMaxBytes of output lie unread: a stage cannot outrun the terminal.
  /// After `close` it drops the event.
  void put(RunEvent event);
  /// Nothing when none came in time.
  std::optional<RunEvent> take(std::chrono::milliseconds timeout);
  /// Nobody takes any more.
  void close();

  static constexpr std::size_t kMaxBytes = 8U << 20U;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<RunEvent> events_;  ///< guarded by mutex_
  std::size_t bytes_ = 0;        ///< guarded by mutex_
  bool closed_ = false;          ///< guarded by mutex_
};

}  // namespace mlops::pipeline
