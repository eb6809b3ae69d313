/// System calls all over add and checkout fail: the state is the old or the new one, and the
/// command run again does its work (promises P2 and P6).

#include <array>

#include <catch2/catch.hpp>

#include "failing_calls.h"
#include "os/fault.h"
#include "workspace/data_sets.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

const char* error_for(std::uint64_t call) {
  constexpr std::array kErrors{
      "EIO", "ENOSPC", "EDQUOT", "EROFS", "EMFILE", "ENOMEM", "short", "EINTR"};
  return kErrors[call % kErrors.size()];
}

/// Adds `path`, whose file `a` holds `text`, while one call fails; then as it should be.
bool add_twice(Fixture& f, const std::string& path, const std::string& text, std::uint64_t call) {
  f.repo.write(path + "/a", text);
  f.repo.write(path + "/b/c", text + " too");
  const bool failed = fails_at(call, error_for(call), [&] {
    f.reopen();
    f.add({path});
  });
  f.reopen();
  if (f.exists(path + ".mlops")) {
    REQUIRE(f.state_of(path) == DataState::unchanged);
  }
  REQUIRE(f.repo.read(path + "/a") == text);
  f.add({path});
  REQUIRE(f.state_of(path) == DataState::unchanged);
  return failed;
}

TEST_CASE("add after any failed call: no pointer or a good one, and a rerun converges",
          "[case-49][case-50]") {
  Fixture f;
  f.repo.write("first/a", "first");
  f.add({"first"});
  f.repo.write("second/a", "second");
  f.repo.write("second/b/c", "second too");
  const std::vector<std::uint64_t> calls = calls_to_fail(
      [&] {
        f.reopen();
        f.add({"second"});
      },
      12);
  std::string staged = "A  .gitignore\nA  first.mlops\nA  second.mlops\n";
  std::uint64_t failures = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CAPTURE(calls[i]);
    // A data set of its own each time: one repository serves all runs.
    const std::string path = "set" + std::to_string(100 + i);
    failures += add_twice(f, path, path, calls[i]) ? 1U : 0U;
    staged += "A  " + path + ".mlops\n";
  }
  CHECK(failures > calls.size() / 2);
  REQUIRE(f.repo.git({"status", "--porcelain"}) == staged);
}

TEST_CASE("the first add after any failed call: no pointer or a good one", "[case-49][case-50]") {
  std::vector<std::uint64_t> calls;
  {
    Fixture f;
    f.repo.write("d/a", "one");
    f.repo.write("d/b/c", "one too");
    calls = calls_to_fail(
        [&] {
          f.reopen();
          f.add({"d"});
        },
        4);
  }
  // All calls that a later add has as well are tried above.
  for (std::size_t i = 0; i < calls.size(); i += 9) {
    CAPTURE(calls[i]);
    Fixture f;
    add_twice(f, "d", "one", calls[i]);
    REQUIRE(f.repo.git({"status", "--porcelain"}) == "A  .gitignore\nA  d.mlops\n");
  }
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
  const std::vector<std::uint64_t> calls = calls_to_fail(
      [&] {
        f.reopen();
        f.checkout(old);
      },
      16);
  f.checkout();
  for (const std::uint64_t call : calls) {
    CAPTURE(call);
    fails_at(call, error_for(call), [&] {
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
