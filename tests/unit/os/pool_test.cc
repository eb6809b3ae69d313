#include "os/pool.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"

using mlops::os::ThreadPool;

TEST_CASE("a pool has the threads that were asked for") {
  CHECK(ThreadPool(3).size() == 3);
  CHECK(mlops::os::processor_count() >= 1);
  CHECK(ThreadPool().size() == mlops::os::processor_count());
}

TEST_CASE("wait returns when all tasks are done") {
  ThreadPool pool(4);
  std::atomic<int> done{0};
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {
      pool.submit([&] { ++done; });
    }
    pool.wait();
    CHECK(done == 100 * (round + 1));
  }
  pool.wait();
}

TEST_CASE("wait throws what a task threw, once, after all have ended") {
  ThreadPool pool(2);
  std::atomic<int> done{0};
  for (int i = 0; i < 10; ++i) {
    pool.submit([&done, i] {
      ++done;
      if (i == 3) {
        throw mlops::Error(mlops::ErrorKind::interrupted, "stop");
      }
    });
  }
  CHECK_THROWS_AS(pool.wait(), mlops::Error);
  CHECK(done == 10);
  CHECK_NOTHROW(pool.wait());
}

TEST_CASE("for_each calls every index once") {
  ThreadPool pool(3);
  const std::size_t count = GENERATE(as<std::size_t>(), 0, 1, 2, 1000);
  std::vector<std::atomic<int>> calls(count);
  pool.for_each(count, [&](std::size_t i) { ++calls[i]; });
  for (const std::atomic<int>& n : calls) {
    CHECK(n == 1);
  }
}

TEST_CASE("for_each throws the exception of the lowest index and stops") {
  ThreadPool pool(4);
  for (int round = 0; round < 50; ++round) {
    std::atomic<std::size_t> started{0};
    std::string message;
    try {
      pool.for_each(100'000, [&](std::size_t i) {
        ++started;
        if (i >= 20) {
          throw std::runtime_error(std::to_string(i));
        }
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    // Indices start in order, so 20 always runs and always is the lowest that fails.
    CHECK(message == "20");
    CHECK(started < 100'000);
  }
  CHECK_NOTHROW(pool.wait());
}

TEST_CASE("for_each inside for_each and inside a task does not lock up") {
  ThreadPool pool(2);
  std::atomic<int> done{0};
  pool.for_each(8, [&](std::size_t) { pool.for_each(8, [&](std::size_t) { ++done; }); });
  CHECK(done == 64);
  for (int i = 0; i < 4; ++i) {
    pool.submit([&] { pool.for_each(8, [&](std::size_t) { ++done; }); });
  }
  pool.wait();
  CHECK(done == 96);
}

TEST_CASE("destruction drops what has not started") {
  std::atomic<int> done{0};
  std::atomic<bool> may_end{false};
  {
    ThreadPool pool(1);
    pool.submit([&] {
      while (!may_end) {
      }
      ++done;
    });
    for (int i = 0; i < 10; ++i) {
      pool.submit([&] { done += 100; });
    }
    pool.submit([] {});
    // The first task may not even have started; either way nothing is left hanging.
    may_end = true;
  }
  CHECK(done % 100 <= 1);
}
