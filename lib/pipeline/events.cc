#include "pipeline/events.h"

#include <utility>

namespace mlops::pipeline {

void EventQueue::put(RunEvent event) {
  std::unique_lock lock(mutex_);
  // Ends of attempts never wait: the thread that takes may put one itself.
  changed_.wait(lock, [&] { return closed_ || event.line.empty() || bytes_ < kMaxBytes; });
  if (closed_) {
    return;
  }
  bytes_ += event.line.size();
  events_.push_back(std::move(event));
  changed_.notify_all();
}

std::optional<RunEvent> EventQueue::take(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, timeout, [this] { return !events_.empty(); })) {
    return std::nullopt;
  }
  auto event = std::move(events_.front());
  events_.pop_front();
  bytes_ -= event.line.size();
  changed_.notify_all();
  return event;
}

void EventQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace mlops::pipeline
