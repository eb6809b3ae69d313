#pragma once

#include <atomic>

namespace mlops {

/// A flag that says "stop at the next safe point". Any thread or signal handler may set it;
/// long loops ask it. Never reset: one token a command.
class CancelToken {
 public:
  /// Async-signal-safe. `signal_number` is kept for the exit code; 0 means "by the program".
  void cancel(int signal_number = 0) noexcept;
  bool is_cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  /// The first one that was given.
  int signal_number() const noexcept { return signal_.load(std::memory_order_relaxed); }
  /// How often cancel() was called: the second time means "at once".
  int requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
  /// Throws Error{interrupted} when cancelled.
  void check() const;

 private:
  std::atomic<bool> cancelled_{false};
  std::atomic<int> signal_{0};
  std::atomic<int> requests_{0};
};

}  // namespace mlops
