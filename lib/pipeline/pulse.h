#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "os/process_usage.h"
#include "pipeline/run.h"

namespace mlops::pipeline {

/// What the thread that watches a stage knows of it at the moment, for the main thread to look at
/// whenever it draws: nothing queues up. Any thread.
class StageGauge {
 public:
  /// The first process of the stage; 0 when there is none (any more).
  void set_process(std::int64_t id);
  std::int64_t process() const;
  /// The line that the stage has begun and not ended, such as a progress bar; its first bytes.
  void set_line(std::string_view line);
  std::string line() const;

  static constexpr std::size_t kLineBytes = 1024;

 private:
  mutable std::mutex mutex_;
  std::int64_t process_ = 0;  ///< guarded by mutex_
  std::string line_;          ///< guarded by mutex_
};

/// Processor time and memory of the stages that run, from one look at all processes a second, and
/// fewer where that look would take more than a fiftieth of the time. Main thread.
class UsageMeter {
 public:
  /// By index of the instance.
  using Processes = std::map<std::size_t, std::int64_t>;
  /// Looks when it is time; forgets who is not named.
  void look(const Processes& processes, std::chrono::nanoseconds now);
  /// Of the last look. The processors are known from the second look on.
  Usage usage_of(std::size_t instance) const;

 private:
  struct Measured {
    std::int64_t process = 0;
    std::chrono::milliseconds cpu{0};
    std::chrono::nanoseconds at{0};
    Usage usage;
  };
  void add(std::size_t instance,
           std::int64_t process,
           const os::ProcessUsage& usage,
           std::chrono::nanoseconds now);

  std::map<std::size_t, Measured> measured_;
  std::chrono::nanoseconds next_look_{0};
};

}  // namespace mlops::pipeline
