#include "workspace/data_merge.h"

#include <chrono>

#include <catch2/catch.hpp>

#include "failing_calls.h"
#include "workspace/data_sets.h"
#include "workspace/lock_file.h"
#include "workspace/merge_driver.h"
#include "workspace/merge_notes.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

/// A data set "d" whose branches main and side each changed a file; we stand on main, in the middle
/// of the merge.
struct Conflict : Fixture {
  explicit Conflict(const std::string& main_file = "a", const std::string& side_file = "b") {
    repo.write("d/a", "base");
    repo.write("d/b", "base");
    base = version("base");
    repo.git({"checkout", "--quiet", "-b", "side"});
    repo.write("d/" + side_file, "side");
    theirs = version("side");
    repo.git({"checkout", "--quiet", "main"});
    reopen();
    checkout();
    repo.write("d/" + main_file, "main");
    ours = version("main");
    CHECK_THROWS(repo.git({"merge", "--quiet", "side"}));
    reopen();
  }
  Pointer version(const std::string& message) {
    settle();
    reopen();
    const Pointer pointer = add({"d"}).data_sets.at(0).pointer;
    repo.commit(message);
    return pointer;
  }
  MergeResult merge(const MergeOptions& options = {}) {
    return merge_data(space(), options, progress, cancel);
  }
  std::string status() { return repo.git({"status", "--porcelain"}); }

  Pointer base;
  Pointer ours;
  Pointer theirs;
};

TEST_CASE("a merge writes content, root, pointer and index, in this order") {
  Conflict conflict;
  const MergeResult result = conflict.merge();
  REQUIRE(result.merged.size() == 1);
  CHECK(result.merged[0].path == "d");
  CHECK(result.merged[0].outcome == MergeOutcome::merged);
  CHECK(result.staged == std::vector<std::string>{"d.mlops"});
  CHECK(conflict.status() == "M  d.mlops\n");
  const auto pointer = read_pointer(conflict.space(), "d");
  REQUIRE(pointer == result.merged[0].pointer);
  CHECK((pointer->files == 2 && pointer->bytes == 8));
  conflict.reopen();
  conflict.checkout();
  CHECK(conflict.repo.read("d/a") == "main");
  CHECK(conflict.repo.read("d/b") == "side");
}

TEST_CASE("the same merge made twice, or by two people, is one version") {
  Conflict conflict;
  const auto first = conflict.merge().merged.at(0).pointer;
  conflict.repo.git({"merge", "--abort"});
  CHECK_THROWS(conflict.repo.git({"merge", "--quiet", "side"}));
  conflict.reopen();
  CHECK(conflict.merge().merged.at(0).pointer == first);
}

TEST_CASE("with --no-stage git keeps its conflict; a dry run writes nothing") {
  Conflict conflict;
  const std::string markers = conflict.repo.read("d.mlops");
  const MergeResult dry = conflict.merge({.dry_run = DryRun::yes});
  CHECK(dry.merged.size() == 1);
  CHECK(dry.staged.empty());
  CHECK(conflict.repo.read("d.mlops") == markers);
  CHECK(conflict.merge({.stage = Stage::no}).staged.empty());
  CHECK(conflict.status() == "UU d.mlops\n");
  CHECK(conflict.repo.read("d.mlops") != markers);
}

TEST_CASE("two roots of one content are no conflict") {
  Conflict conflict("a", "a");
  // As another clone would have added it: the same content, another salt.
  CHECK(conflict.merge().conflicts.size() == 1);
  const store::Root root = conflict.space().store().load_root(conflict.ours.root);
  TrackedVersions versions{"d.mlops",
                           format_pointer(conflict.base),
                           format_pointer(conflict.ours),
                           format_pointer(conflict.ours)};
  const MergeDecision undecided = [](std::string_view) { return std::nullopt; };
  const PlannedMerge plan = plan_merge(conflict.space(), versions, undecided, conflict.cancel);
  CHECK(plan.outcome == MergeOutcome::ours);
  CHECK(plan.pointer == conflict.ours);
  CHECK(plan.text == format_pointer(conflict.ours));
  CHECK(root.top.files == 2);
}

TEST_CASE("a version that the store lacks, and a pointer that lies, end the merge") {
  Conflict conflict;
  const MergeDecision undecided = [](std::string_view) { return std::nullopt; };
  const auto plan = [&](const Pointer& theirs) {
    plan_merge(conflict.space(),
               {"d.mlops",
                format_pointer(conflict.base),
                format_pointer(conflict.ours),
                format_pointer(theirs)},
               undecided,
               conflict.cancel);
  };
  Pointer unknown = conflict.theirs;
  unknown.root.bytes.fill(7);
  CHECK(error_of([&] { plan(unknown); }).kind() == ErrorKind::corrupt);
  Pointer liar = conflict.theirs;
  liar.files += 1;
  const Error lie = error_of([&] { plan(liar); });
  CHECK(lie.kind() == ErrorKind::config);
  CHECK_THAT(full_text(lie), Contains("d.mlops (theirs)"));
  const Error text = error_of([&] {
    plan_merge(conflict.space(), {"a.txt", "1", "2", "3"}, undecided, conflict.cancel);
  });
  CHECK_THAT(text.message(), Contains("neither a pointer nor a lock"));
  CHECK(error_of([&] {
          plan_merge(conflict.space(),
                     {"../x.mlops", {}, format_pointer(conflict.ours), {}},
                     undecided,
                     conflict.cancel);
        }).kind() == ErrorKind::config);
}

TEST_CASE("names of two sides that this file system takes for one are refused", "[case-10]") {
  Conflict conflict("N", "n");
  conflict.folding = std::make_shared<AsciiFolding>();
  conflict.reopen();
  const Error error = error_of([&] { conflict.merge(); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK_THAT(full_text(error), Contains("d/N") && Contains("'n'"));
  CHECK(conflict.status() == "UU d.mlops\n");
}

// ---- the driver

struct Driver : Conflict {
  using Conflict::Conflict;
  PlannedMerge run() {
    repo.write("O", format_pointer(base));
    repo.write("A", format_pointer(ours));
    repo.write("B", format_pointer(theirs));
    const MergeFiles files{repo / "O", repo / "A", repo / "B", "d.mlops"};
    return merge_for_git(space(), files, mark_conflict(files), progress, cancel);
  }
};

TEST_CASE("the driver leaves the merged pointer, noted for gc, and nothing else") {
  Driver driver;
  const std::string before = driver.status();
  const std::string markers = driver.repo.read("d.mlops");
  const PlannedMerge plan = driver.run();
  const Pointer pointer = parse_pointer(driver.repo.read("A"), "A");
  CHECK(plan.pointer == pointer);
  CHECK(driver.space().store().find_root(pointer.root));
  CHECK(list_noted_merges(driver.space().state_directory()) == std::vector{pointer.root});
  CHECK(driver.repo.read("d.mlops") == markers);
  for (const char* file : {"O", "A", "B"}) {
    fs::remove(driver / file);
  }
  CHECK(driver.status() == before);
}

TEST_CASE("old notes of merges name nothing, and go with the next one") {
  Driver driver;
  driver.run();
  const auto notes = driver.space().state_directory() / "merges";
  const auto note = notes / parse_pointer(driver.repo.read("A"), "A").root.hex();
  fs::last_write_time(note, fs::file_time_type::clock::now() - std::chrono::hours(15 * 24));
  CHECK(list_noted_merges(driver.space().state_directory()).empty());
  store::ObjectId other;
  note_merge(driver.space(), other);
  CHECK_FALSE(fs::exists(note));
  CHECK(fs::exists(notes / other.hex()));
}

TEST_CASE("with a conflict, or an error, the driver leaves both versions between markers") {
  Driver driver("a", "a");
  CHECK(driver.run().conflicts.size() == 1);
  const auto check_markers = [&] {
    const Error error = error_of([&] { parse_pointer(driver.repo.read("A"), "A"); });
    CHECK_THAT(error.message(), Contains("A:1: has git's conflict markers"));
    CHECK_THAT(driver.repo.read("A"),
               Contains(store::format_root(driver.ours.root)) &&
                   Contains(store::format_root(driver.theirs.root)));
  };
  check_markers();
  driver.theirs.root.bytes.fill(9);
  CHECK(error_of([&] { driver.run(); }).kind() == ErrorKind::corrupt);
  check_markers();
}

TEST_CASE("git gets no version that gc was not told of") {
  Driver driver;
  mlops::test::write_file(driver.space().state_directory() / "merges", "in the way");
  CHECK(error_of([&] { driver.run(); }).kind() == ErrorKind::io);
  CHECK(driver.repo.read("A").starts_with("<<<<<<< ours\n"));
}

/// Another version of their side, so that each merge makes something new.
Pointer with_another_file(Conflict& conflict, const std::string& name) {
  store::Store& store = conflict.space().store();
  store::Node node = store.read_node(store.load_root(conflict.theirs.root).top.id);
  const auto writer = store.begin_write();
  const RawEntry raw = raw_file(*writer, name, name);
  node.entries.push_back({raw.name, raw.kind, raw.size, raw.files, raw.id});
  store::Entry top;
  top.kind = store::EntryKind::directory;
  top.files = 0;
  for (const store::Entry& entry : node.entries) {
    top.size += entry.size;
    top.files += entry.files;
  }
  top.id = writer->put_node(node, {});
  return make_pointer(writer->commit(top), top);
}

TEST_CASE("whichever call fails, the driver leaves markers or a pointer that holds") {
  Driver driver;
  const auto merge = [&] {
    driver.reopen();
    driver.run();
  };
  const auto calls = calls_to_fail(merge, 12);
  std::size_t failures = 0;
  int number = 1000;
  for (const std::uint64_t call : calls) {
    CAPTURE(call);
    driver.theirs = with_another_file(driver, "n" + std::to_string(++number));
    fs::remove_all(driver.space().state_directory() / "merges");
    const bool failed = fails_at(call, call % 2 == 0 ? "EIO" : "ENOSPC", merge);
    os::fault::arm("off");
    failures += failed ? 1U : 0U;
    driver.reopen();
    const std::string left = driver.repo.read("A");
    if (left.starts_with("<<<<<<<") || left == format_pointer(driver.ours)) {
      REQUIRE(failed);
      continue;
    }
    const Pointer merged = parse_pointer(left, "A");
    REQUIRE(driver.space().store().find_root(merged.root));
    REQUIRE(list_noted_merges(driver.space().state_directory()) == std::vector{merged.root});
  }
  CHECK(failures > calls.size() / 2);
}

}  // namespace
}  // namespace mlops::workspace::test
