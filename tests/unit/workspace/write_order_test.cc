/// The order of writes of an add, to its end: the root is durable before a pointer names it, and
/// the pointer before the cache calls it old news (promises P1 and P2).

#include <catch2/catch.hpp>

#include "unit/os/call_trace.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using os::CallTrace;

TEST_CASE("an add makes durable, in this order: pack, index, root, pointer") {
  Fixture f;
  f.repo.write("d/a", "one");
  f.repo.write("d/b/c", "two");
  settle();
  const CallTrace trace = CallTrace::of([&] { f.add({"d"}); });
  const std::string store = f.space().store_directory().string();
  const std::size_t packs = trace.check_all_published(store + "/packs/");
  const std::size_t index = trace.check_all_published(store + "/index/", packs);
  const std::size_t root = trace.check_all_published(store + "/roots/", index);
  const std::size_t pointer = trace.check_all_published((f / "d.mlops").string(), root);
  trace.check_all_published((f / ".gitignore").string(), pointer);
  const auto cache = trace.renames_to(f.space().stat_cache_file().string());
  REQUIRE(cache.size() == 1);
  CHECK(cache.front() > pointer);
}

TEST_CASE("the first add makes the way to the store durable too") {
  Fixture f;
  f.repo.write("x", "1");
  const CallTrace trace = CallTrace::of([&] { f.add({"x"}); });
  const auto pointer = trace.renames_to((f / "x.mlops").string());
  REQUIRE(pointer.size() == 1);
  const std::size_t made = trace.find("mkdirat", f.space().state_directory());
  REQUIRE(made < pointer.front());
  CHECK(trace.find("fsync", f.space().state_directory().parent_path(), made) < pointer.front());
}

TEST_CASE("init makes its file and the directory of it durable") {
  Fixture f;
  const CallTrace trace = CallTrace::of([&] { init(f.space()); });
  const std::size_t file = trace.check_all_published((f / ".mlops/config.toml").string());
  CHECK(trace.find("fsync", f.repo.path(), trace.find("mkdirat", f / ".mlops")) <
        trace.calls().size());
  CHECK(file < trace.calls().size());
  const fs::path state = f.space().state_directory();
  CHECK(trace.find("fsync", state.parent_path(), trace.find("mkdirat", state)) <
        trace.calls().size());
}

}  // namespace
}  // namespace mlops::workspace::test
