#include "os/pool.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>

#include "base/error.h"

namespace mlops::os {

namespace {

/// One for_each. Helpers may start after it has returned: they then find no index left and never
/// touch `body`.
struct Loop {
  Loop(std::size_t count_in, const std::function<void(std::size_t)>& body_in)
      : count(count_in), body(body_in) {}

  const std::size_t count;
  const std::function<void(std::size_t)>& body;

  std::mutex mutex;
  std::condition_variable idle;
  std::size_t next = 0;        // guarded by mutex
  std::size_t running = 0;     // guarded by mutex
  std::size_t failed_at = 0;   // guarded by mutex; the index of `failure`
  std::exception_ptr failure;  // guarded by mutex

  void work() {
    std::unique_lock lock(mutex);
    while (next < count) {
      const std::size_t index = next++;
      ++running;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        body(index);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      --running;
      if (thrown) {
        next = count;
        if (!failure || index < failed_at) {
          failure = thrown;
          failed_at = index;
        }
      }
    }
    if (running == 0) {
      idle.notify_all();
    }
  }

  void wait_until_idle() {
    std::unique_lock lock(mutex);
    idle.wait(lock, [this] { return running == 0; });
  }
};

}  // namespace

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable idle;
  std::deque<std::function<void()>> queue;  // guarded by mutex
  std::size_t unfinished = 0;               // guarded by mutex
  std::exception_ptr failure;               // guarded by mutex
  bool stopping = false;                    // guarded by mutex
  std::vector<std::thread> threads;

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) {
        return;
      }
      std::function<void()> task = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      std::exception_ptr thrown;
      try {
        task();
      } catch (...) {
        thrown = std::current_exception();
      }
      // What the task owns dies before anybody is told that it is done.
      task = nullptr;
      lock.lock();
      if (thrown && !failure) {
        failure = thrown;
      }
      if (--unfinished == 0) {
        idle.notify_all();
      }
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
};

ThreadPool::ThreadPool(std::size_t threads) : state_(std::make_unique<State>()) {
  const std::size_t wanted = threads == 0 ? processor_count() : threads;
  try {
    state_->threads.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
      state_->threads.emplace_back([state = state_.get()] { state->run(); });
    }
  } catch (const std::system_error& error) {
    // Fewer threads do the same work; none do not.
    if (state_->threads.empty()) {
      throw Error(ErrorKind::io, std::string("cannot start a thread: ") + error.what());
    }
  }
}

ThreadPool::~ThreadPool() {
  state_->stop();
}

std::size_t ThreadPool::size() const noexcept {
  return state_->threads.size();
}

void ThreadPool::submit(std::function<void()> task) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.push_back(std::move(task));
    ++state_->unfinished;
  }
  state_->wake.notify_one();
}

void ThreadPool::wait() {
  std::unique_lock lock(state_->mutex);
  state_->idle.wait(lock, [this] { return state_->unfinished == 0; });
  if (const std::exception_ptr failure = std::exchange(state_->failure, nullptr)) {
    std::rethrow_exception(failure);
  }
}

void ThreadPool::for_each(std::size_t count, const std::function<void(std::size_t)>& body) {
  const auto loop = std::make_shared<Loop>(count, body);
  const std::size_t helpers = std::min(size(), count == 0 ? 0 : count - 1);
  for (std::size_t i = 0; i < helpers; ++i) {
    submit([loop] { loop->work(); });
  }
  loop->work();
  loop->wait_until_idle();
  // Taken out: a helper that starts late would else destroy what the caller is looking at.
  if (const std::exception_ptr failure = std::exchange(loop->failure, nullptr)) {
    std::rethrow_exception(failure);
  }
}

std::size_t processor_count() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    return static_cast<std::size_t>(CPU_COUNT(&allowed));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace mlops::os
