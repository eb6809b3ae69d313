#include "workspace/run_lock.h"

#include <functional>
#include <optional>
#include <utility>

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

struct Absent : Fixture {
  Absent() {
    repo.write("d", "known");
    add({"d"});
    fs::remove(*this / "d");
    reopen();
  }
  os::FileLock share() { return lock_for_checkout(space(), os::LockWait::no, {progress, cancel}); }
  os::FileLock run() { return lock_for_run(space(), os::LockWait::no, {progress, cancel}); }
};

TEST_CASE("a checkout is refused while a run is at work, unless the run itself asks for it") {
  Absent a;
  {
    const os::FileLock run = a.run();
    const Error error = error_of([&] { a.checkout(); });
    CHECK(error.kind() == ErrorKind::locked);
    CHECK_THAT(error.message(), Contains("a run is at work"));
    CHECK_THAT(error.hint(), Contains("with --wait"));
    CHECK_FALSE(a.exists("d"));
    CheckoutOptions of_the_run;
    of_the_run.run_lock = RunLock::held;
    CHECK(a.checkout(of_the_run).total.written_files == 1);
  }
  fs::remove(a / "d");
  CHECK(a.checkout().total.written_files == 1);
}

TEST_CASE("a run is told whether another run or a checkout is at work") {
  Absent a;
  {
    const os::FileLock first = a.share();
    const os::FileLock second = a.share();
    const Error error = error_of([&] { a.run(); });
    CHECK(error.kind() == ErrorKind::locked);
    CHECK_THAT(error.message(), Contains("a checkout is at work"));
  }
  const os::FileLock run = a.run();
  CHECK_THAT(error_of([&] { a.run(); }).message(), Contains("another run"));
}

/// Does something when the command begins to wait.
class WhileWaiting final : public Progress {
 public:
  explicit WhileWaiting(std::function<void()> action) : action_(std::move(action)) {}
  void begin(std::string_view phase, std::uint64_t, std::uint64_t) override {
    if (phase == "waiting for another checkout") {
      std::exchange(action_, [] {})();
    }
  }
  void advance(std::uint64_t, std::uint64_t) override {}
  void end() override {}
  void warn(std::string_view) override {}

 private:
  std::function<void()> action_;
};

TEST_CASE("pointers that move while a checkout waits are read when its turn has come") {
  Absent a;
  auto lock = std::optional(lock_work_tree(a.space(), {a.progress, a.cancel}));
  WhileWaiting progress([&] {
    a.repo.git({"mv", "d.mlops", "e.mlops"});
    lock.reset();
  });
  const CheckoutResult result = checkout_data(a.space(), {}, progress, a.cancel);
  CHECK(result.data_sets == std::vector<std::string>{"e"});
  CHECK(a.repo.read("e") == "known");
  CHECK_FALSE(a.exists("d"));
}

}  // namespace
}  // namespace mlops::workspace::test
