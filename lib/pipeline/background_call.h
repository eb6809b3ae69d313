#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "base/cancel.h"
#include "os/pool.h"
#include "os/process.h"

namespace mlops::pipeline {

/// A process that runs while its owner does something else. Its callbacks are called on another
/// thread. Destruction gives it up and waits for its end.
class BackgroundCall {
 public:
  explicit BackgroundCall(os::ProcessSpec spec);
  ~BackgroundCall();
  BackgroundCall(const BackgroundCall&) = delete;
  BackgroundCall& operator=(const BackgroundCall&) = delete;

  /// True when it has ended, at the latest after `time`.
  bool wait_for(std::chrono::milliseconds time);
  /// Ends the process; it is still to be waited for.
  void give_up() { stop_.cancel(); }
  /// After its end. Throws what a callback threw.
  const os::ProcessResult& result() const;

 private:
  void work();

  os::ProcessSpec spec_;
  CancelToken stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false;          ///< guarded by mutex_
  os::ProcessResult result_;      ///< until is_done_ the thread's
  std::exception_ptr exception_;  ///< as result_
  os::ThreadPool thread_{1};      ///< last: it uses all of the above
};

}  // namespace mlops::pipeline
