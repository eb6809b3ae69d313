#include "pipeline/background_call.h"

#include <utility>

namespace mlops::pipeline {

BackgroundCall::BackgroundCall(os::ProcessSpec spec) : spec_(std::move(spec)) {
  thread_.submit([this] { work(); });
}

BackgroundCall::~BackgroundCall() {
  stop_.cancel();
  stop_.cancel();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_done_; });
}

void BackgroundCall::work() {
  os::ProcessResult result;
  std::exception_ptr exception;
  try {
    result = os::run_process(spec_, stop_);
  } catch (...) {
    exception = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  result_ = result;
  exception_ = exception;
  is_done_ = true;
  changed_.notify_all();
}

bool BackgroundCall::wait_for(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return is_done_; });
}

const os::ProcessResult& BackgroundCall::result() const {
  if (exception_) {
    std::rethrow_exception(exception_);
  }
  return result_;
}

}  // namespace mlops::pipeline
