#include "os/lock.h"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

/// Another process that holds a lock until it is killed.
class Holder {
 public:
  Holder(const std::filesystem::path& path, LockMode mode) {
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      const auto lock = FileLock::try_acquire(path, mode);
      const char answer = lock ? 'y' : 'n';
      if (::write(ready[1], &answer, 1) == 1) {
        ::pause();
      }
      ::_exit(1);
    }
    char answer = 0;
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    REQUIRE(answer == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Holder() { kill(); }
  void kill() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      pid_ = 0;
    }
  }

 private:
  pid_t pid_ = 0;
};

}  // namespace

TEST_CASE("another process keeps a lock until it dies") {
  const test::TempDir temp;
  Holder holder(temp / "lock", LockMode::exclusive);
  CHECK_FALSE(FileLock::try_acquire(temp / "lock", LockMode::exclusive));
  CHECK_FALSE(FileLock::try_acquire(temp / "lock", LockMode::shared));
  holder.kill();
  CHECK(FileLock::try_acquire(temp / "lock", LockMode::exclusive));
}

TEST_CASE("who waits for a file that is removed meanwhile holds the next of that name") {
  const test::TempDir temp;
  const auto path = temp / "lock";
  std::atomic<bool> has_lock{false};
  std::optional<FileLock> first = FileLock::try_acquire(path, LockMode::exclusive);
  REQUIRE(first);
  std::thread waiter([&] {
    NoProgress progress;
    const CancelToken cancel;
    const auto lock =
        FileLock::acquire(path, LockMode::exclusive, {progress, cancel}, "waiting for the test");
    has_lock = true;
    while (std::filesystem::exists(path)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::filesystem::remove(path);
  first.reset();
  while (!has_lock) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  // Another one cannot have it, too.
  CHECK(std::filesystem::exists(path));
  CHECK_FALSE(FileLock::try_acquire(path, LockMode::exclusive));
  std::filesystem::remove(path);
  waiter.join();
}

TEST_CASE("a lock file is removed when nobody holds it") {
  const test::TempDir temp;
  CHECK_FALSE(FileLock::remove_free(temp / "lock"));
  CHECK_FALSE(std::filesystem::exists(temp / "lock"));
  Holder holder(temp / "lock", LockMode::shared);
  CHECK_FALSE(FileLock::remove_free(temp / "lock"));
  CHECK(std::filesystem::exists(temp / "lock"));
  holder.kill();
  CHECK(FileLock::remove_free(temp / "lock"));
  CHECK_FALSE(std::filesystem::exists(temp / "lock"));
  std::filesystem::create_directory(temp / "directory");
  CHECK_FALSE(FileLock::remove_free(temp / "directory"));
}

TEST_CASE("shared locks go together, exclusive ones do not") {
  const test::TempDir temp;
  const Holder holder(temp / "lock", LockMode::shared);
  const auto shared = FileLock::try_acquire(temp / "lock", LockMode::shared);
  CHECK(shared);
  CHECK_FALSE(FileLock::try_acquire(temp / "lock", LockMode::exclusive));
}

TEST_CASE("waiting ends when the lock is free") {
  const test::TempDir temp;
  Holder holder(temp / "lock", LockMode::exclusive);
  std::atomic<bool> has_lock{false};
  std::thread waiter([&] {
    NoProgress progress;
    const CancelToken cancel;
    const auto lock = FileLock::acquire(
        temp / "lock", LockMode::exclusive, {progress, cancel}, "waiting for the test");
    has_lock = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK_FALSE(has_lock);
  holder.kill();
  waiter.join();
  CHECK(has_lock);
}

TEST_CASE("waiting ends when it is cancelled, and says what it waits for") {
  /// Cancels as soon as somebody says that he waits.
  class CancelWhenShown final : public Progress {
   public:
    explicit CancelWhenShown(CancelToken& cancel) : cancel_(cancel) {}
    void begin(std::string_view phase, std::uint64_t, std::uint64_t) override {
      shown = phase;
      cancel_.cancel();
    }
    void advance(std::uint64_t, std::uint64_t) override {}
    void end() override {}
    void warn(std::string_view) override {}
    std::string shown;

   private:
    CancelToken& cancel_;
  };
  const test::TempDir temp;
  const Holder holder(temp / "lock", LockMode::exclusive);
  CancelToken cancel;
  CancelWhenShown progress(cancel);
  CHECK(kind_thrown_by([&] {
          FileLock::acquire(
              temp / "lock", LockMode::exclusive, {progress, cancel}, "waiting for the test");
        }) == ErrorKind::interrupted);
  CHECK(progress.shown == "waiting for the test");
}

TEST_CASE("a lock that cannot be opened is an error, not a lock") {
  const test::TempDir temp;
  std::filesystem::create_symlink("elsewhere", temp / "link");
  CHECK(kind_thrown_by([&] { FileLock::try_acquire(temp / "absent/lock", LockMode::shared); }) ==
        ErrorKind::io);
  CHECK(kind_thrown_by([&] { FileLock::try_acquire(temp / "link", LockMode::shared); }) ==
        ErrorKind::io);
}

}  // namespace mlops::os
