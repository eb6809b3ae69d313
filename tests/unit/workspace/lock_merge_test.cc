#include "workspace/lock_merge.h"

#include <catch2/catch.hpp>

#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Lines = std::vector<std::string>;

store::ObjectId root(int number) {
  store::ObjectId id;
  id.bytes.fill(static_cast<std::uint8_t>(number));
  return id;
}

/// An instance of `stage` that made `out` of the content `made`; `fold` is its matrix.
LockedInstance instance(const std::string& stage, int made, const std::string& fold = "") {
  LockedInstance instance;
  instance.stage = stage;
  if (!fold.empty()) {
    instance.matrix["fold"] = fold;
  }
  instance.cmd = {"true"};
  instance.environment = "process:x";
  instance.grade = "strong";
  instance.outs = {{"out-" + stage + fold, root(made), 1, 1}};
  return instance;
}

/// Roots 100 apart have the same content.
store::ObjectId by_hundred(const store::ObjectId& id) {
  return root(id.bytes[0] % 100);
}

Lines outline(const MergedLock& merged) {
  Lines lines;
  for (const LockedInstance& each : merged.lock.instances) {
    lines.push_back(each.outs.front().path + " " + std::to_string(each.outs.front().root.bytes[0]));
  }
  for (const MergeConflict& conflict : merged.conflicts) {
    CHECK(conflict.path == "pipeline.lock");
    lines.push_back(std::string(to_string(conflict.kind)) + " " + conflict.instance);
  }
  return lines;
}

Lines merge(std::vector<LockedInstance> base,
            std::vector<LockedInstance> ours,
            std::vector<LockedInstance> theirs,
            std::optional<MergeSide> decision = std::nullopt) {
  return outline(merge_locks("pipeline.lock",
                             {{std::move(base)}, {std::move(ours)}, {std::move(theirs)}},
                             by_hundred,
                             decision));
}

TEST_CASE("locks merge instance by instance") {
  const auto a1 = instance("a", 1);
  const auto a2 = instance("a", 2);
  const auto b1 = instance("b", 1);
  const auto b2 = instance("b", 2);
  CHECK(merge({a1, b1}, {a2, b1}, {a1, b2}) == Lines{"out-a 2", "out-b 2"});
  CHECK(merge({}, {a1}, {b1}) == Lines{"out-a 1", "out-b 1"});
  CHECK(merge({a1}, {a2}, {a2}) == Lines{"out-a 2"});
  CHECK(merge({a1, b1}, {a1}, {a1, b1}) == Lines{"out-a 1"});
  CHECK(merge({a1, b1}, {a1, b1}, {b1}) == Lines{"out-b 1"});
  CHECK(merge({}, {instance("a", 1, "1")}, {instance("a", 2, "2")}) ==
        Lines{"out-a1 1", "out-a2 2"});
}

TEST_CASE("instances that came to different ends are a conflict, or what was decided") {
  const auto base = std::vector{instance("a", 1, "1"), instance("b", 1)};
  const auto ours = std::vector{instance("a", 2, "1"), instance("b", 2)};
  const auto theirs = std::vector{instance("a", 3, "1"), instance("c", 1)};
  CHECK(merge(base, ours, theirs) ==
        Lines{"out-c 1", "both_changed a@fold=1", "deleted_by_them b"});
  CHECK(merge(base, theirs, ours) == Lines{"out-c 1", "both_changed a@fold=1", "deleted_by_us b"});
  CHECK(merge({}, {instance("a", 1)}, {instance("a", 2)}) == Lines{"both_added a"});
  CHECK(merge(base, ours, theirs, MergeSide::ours) == Lines{"out-a1 2", "out-b 2", "out-c 1"});
  CHECK(merge(base, ours, theirs, MergeSide::theirs) == Lines{"out-a1 3", "out-c 1"});
}

TEST_CASE("two roots of one content are equal in a lock") {
  CHECK(merge({instance("a", 1)}, {instance("a", 101)}, {instance("a", 2)}) == Lines{"out-a 2"});
  CHECK(merge({}, {instance("a", 2)}, {instance("a", 102)}) == Lines{"out-a 2"});
  auto ours = instance("a", 1);
  auto theirs = instance("a", 1);
  ours.deps = {{"data", root(5), ""}};
  theirs.deps = {{"data", root(105), ""}};
  CHECK(merge({}, {ours}, {theirs}) == Lines{"out-a 1"});
  theirs.deps = {{"data", root(6), ""}};
  CHECK(merge({}, {ours}, {theirs}) == Lines{"both_added a"});
}

}  // namespace
}  // namespace mlops::workspace::test
