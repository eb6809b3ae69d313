#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace mlops::os {

/// The only place of mlops that starts threads.
class ThreadPool {
 public:
  /// `threads` = 0: one per processor that we may use.
  explicit ThreadPool(std::size_t threads = 0);
  ~ThreadPool();  ///< waits for what runs; drops what has not started
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t size() const noexcept;
  /// Runs `task` on some thread. What it throws is kept and thrown by the next `wait`.
  void submit(std::function<void()> task);
  /// Until all submitted tasks are done; throws the first exception that one of them threw.
  void wait();
  /// Calls body(i) for every i in [0, count), on the pool and on the caller; in no order. Throws
  /// the exception of the lowest index that threw, after all running calls have ended; indices not
  /// yet started are then skipped.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::size_t processor_count();

}  // namespace mlops::os
