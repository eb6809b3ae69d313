/// System calls all over add and checkout fail: the state is the old or the new one, and the
/// command run again does its work (promises P2 and P6).

#include <algorithm>

#include <catch2/catch.hpp>

#include "os/fault.h"
#include "workspace/data_sets.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

/// Runs of one test; they spread over all calls of the command.
constexpr std::uint64_t kRuns = 24;

std::uint64_t stride_of(std::uint64_t total) {
  return std::max<std::uint64_t>(1, total / kRuns);
}

/// True when the plan fired.
template <typename Action>
bool fails_at(std::uint64_t call, const char* name, Action action) {
  os::fault::arm(std::to_string(call) + ":" + name);
  bool failed = false;
  try {
    action();
  } catch (const Error&) {
    failed = true;
  }
  os::fault::arm("count");
  return failed;
}

std::uint64_t calls_of(const std::function<void()>& action) {
  os::fault::arm("count");
  action();
  return os::fault::calls();
}

TEST_CASE("add after any failed call: no pointer or a good one, and a rerun converges",
          "[case-49][case-50]") {
  const auto prepare = [](Fixture& f) {
    f.repo.write("d/a", "one");
    f.repo.write("d/b/c", "two");
  };
  std::uint64_t total = 0;
  {
    Fixture f;
    prepare(f);
    total = calls_of([&] {
      f.reopen();
      f.add({"d"});
    });
  }
  std::uint64_t failures = 0;
  for (std::uint64_t call = 1; call <= total; call += stride_of(total)) {
    CAPTURE(call);
    Fixture f;
    prepare(f);
    const bool failed = fails_at(call, call / stride_of(total) % 2 == 0 ? "EIO" : "ENOSPC", [&] {
      f.reopen();
      f.add({"d"});
    });
    failures += failed ? 1U : 0U;
    f.reopen();
    if (f.exists("d.mlops")) {
      REQUIRE(f.state_of("d") == DataState::unchanged);
    }
    REQUIRE(f.repo.read("d/a") == "one");
    f.add({"d"});
    REQUIRE(f.state_of("d") == DataState::unchanged);
    REQUIRE(f.repo.git({"status", "--porcelain"}) == "A  .gitignore\nA  d.mlops\n");
  }
  CHECK(failures > 0);
}

TEST_CASE("checkout after any failed call: nothing of the user's lost, and a rerun converges",
          "[case-49][case-50]") {
  Fixture f;
  f.repo.write("d/a", "one");
  f.repo.write("d/gone", "1");
  f.add({"d"});
  f.repo.commit("v1");
  f.repo.write("d/a", "two!");
  f.repo.write("d/sub/new", "2");
  fs::remove(f / "d/gone");
  f.reopen();
  f.add({"d"});
  f.repo.commit("v2");
  const CheckoutOptions old{.paths = {}, .revision = "HEAD~1", .restore = {}, .lock_files = {}};
  const std::uint64_t total = calls_of([&] {
    f.reopen();
    f.checkout(old);
  });
  f.checkout();
  for (std::uint64_t call = 1; call <= total; call += stride_of(total)) {
    CAPTURE(call);
    fails_at(call, call / stride_of(total) % 2 == 0 ? "EIO" : "ENOSPC", [&] {
      f.reopen();
      f.checkout(old);
    });
    f.reopen();
    const std::string text = f.exists("d/a") ? f.repo.read("d/a") : "one";
    REQUIRE((text == "one" || text == "two!"));
    REQUIRE(f.checkout(old).total.kept.empty());
    REQUIRE(f.repo.read("d/a") == "one");
    REQUIRE(f.exists("d/gone"));
    REQUIRE_FALSE(f.exists("d/sub"));
    REQUIRE(f.checkout().total.kept.empty());
    REQUIRE(f.state_of("d") == DataState::unchanged);
  }
}

}  // namespace
}  // namespace mlops::workspace::test
