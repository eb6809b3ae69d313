#include "workspace/rescue.h"

#include <catch2/catch.hpp>

#include "unit/os/call_trace.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using os::CallTrace;

os::FileStat stat_of(Fixture& f, const std::string& path) {
  return f.space().tree().lstat(path).value();
}

TEST_CASE("a file is moved to the rescue directory, and its new place is durable") {
  Fixture f;
  f.repo.write("d/x", "mine");
  RescueDirectory rescue(f.space());
  const CallTrace trace = CallTrace::of([&] { rescue.take("d/x", stat_of(f, "d/x")); });
  CHECK(mlops::test::read_file(rescue.path() / "d/x") == "mine");
  CHECK_FALSE(f.exists("d/x"));
  const auto renames = trace.renames_to((rescue.path() / "d/x").string());
  REQUIRE(renames.size() == 1);
  CHECK(trace.find("fsync", rescue.path() / "d", renames.front()) < trace.calls().size());
}

TEST_CASE("from elsewhere a file is copied, and is durable before the one here goes") {
  Fixture f;
  f.repo.commit("first");
  const fs::path linked = f.repo.directory() / "linked";
  f.repo.git({"worktree", "add", linked.string()});
  f.reopen(linked);
  mlops::test::write_file(linked / "x", "mine");
  fs::permissions(linked / "x", fs::perms::owner_all);
  RescueDirectory rescue(f.space());
  const CallTrace trace = CallTrace::of([&] { rescue.take("x", stat_of(f, "x")); });
  CHECK(mlops::test::read_file(rescue.path() / "x") == "mine");
  CHECK((fs::status(rescue.path() / "x").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK_FALSE(fs::exists(linked / "x"));
  const std::size_t durable = trace.check_all_published((rescue.path() / "x").string());
  const std::size_t removed = trace.find("unlinkat", linked / "x");
  REQUIRE(removed < trace.calls().size());
  CHECK(durable < removed);
}

TEST_CASE("what changed since it was judged is not moved") {
  Fixture f;
  f.repo.write("x", "judged");
  const os::FileStat judged = stat_of(f, "x");
  f.repo.write("x", "changed since");
  RescueDirectory rescue(f.space());
  const Error error = error_of([&] { rescue.take("x", judged); });
  CHECK(error.kind() == ErrorKind::conflict);
  CHECK(f.repo.read("x") == "changed since");
  CHECK_FALSE(fs::exists(rescue.path() / "x"));
}

}  // namespace
}  // namespace mlops::workspace::test
