/// Power cuts at every call of `data add` and of a checkout: a pointer never names what the store
/// lacks, what was reported stays, nothing of the user's is lost, and a rerun converges.

#include <iostream>

#include <catch2/catch.hpp>

#include "fault/power_cut.h"
#include "unit/workspace/workspace_fixture.h"
#include "workspace/data_sets.h"

namespace mlops::workspace::test {
namespace {

using mlops::test::cut_everywhere;
using mlops::test::Ended;
using mlops::test::find_calls;
using mlops::test::is_noticed;
using mlops::test::Oracle;
using mlops::test::PowerCuts;
using mlops::test::record;
using mlops::test::Recording;

AddOptions unstaged() {
  AddOptions options;
  options.stage = Stage::no;
  return options;
}

std::optional<std::string> store_problem(Fixture& f) {
  const store::FsckReport report = f.space().store().fsck(f.progress, f.cancel);
  return report.is_clean() ? std::nullopt : std::optional<std::string>("the store is damaged");
}

/// A repository with one data set in its store, and a second that is being added.
struct Add {
  Fixture f;
  Recording recording = make();

  Recording make() {
    f.repo.write("first", "1");
    f.add({"first"}, unstaged());
    f.repo.write("d/a", "one");
    f.repo.write("d/b/c", std::string(1500, 'c'));
    settle();
    f.reopen();
    return record(f.repo.path(), [this] { f.add({"d"}, unstaged()); });
  }
  std::optional<std::string> judge(const fs::path& left, Ended ended) {
    f.reopen(left);
    if (const auto problem = store_problem(f)) {
      return problem;
    }
    std::optional<Pointer> pointer;
    try {
      pointer = read_pointer(f.space(), "d");
    } catch (const Error& error) {
      return "the pointer: " + error.message();
    }
    if (pointer && !f.space().store().find_root(pointer->root)) {
      return "the pointer names what the store lacks";
    }
    if (pointer && f.state_of("d") != DataState::unchanged) {
      return "the pointer names something else";
    }
    if (!pointer && ended == Ended::yes) {
      return "reported, and lost";
    }
    f.reopen(left);
    f.add({"d"}, unstaged());
    pointer = read_pointer(f.space(), "d");
    return pointer && f.space().store().find_root(pointer->root)
               ? std::nullopt
               : std::optional<std::string>("the command run again does not converge");
  }
  Oracle oracle() {
    return [this](const fs::path& left, Ended ended) { return judge(left, ended); };
  }
};

TEST_CASE("data add survives a power cut at any point", "[case-49][case-60]") {
  Add add;
  const PowerCuts cuts = cut_everywhere(add.recording, add.oracle());
  std::cout << describe("data add", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 50);
}

TEST_CASE("each sync of a pointer that is left out is found", "[case-60]") {
  Add add;
  const Recording& recording = add.recording;
  // The root is durable before the pointer.
  CHECK(is_noticed(recording, find_calls(recording, "fsync", "/store/roots"), add.oracle()));
  // The pointer's bytes before its name, and its name before success is reported.
  const auto bytes = find_calls(recording, "fdatasync", "/.mlops-tmp-");
  REQUIRE_FALSE(bytes.empty());
  CHECK(is_noticed(recording, {bytes.front()}, add.oracle()));
  std::vector<std::size_t> names;
  for (const std::size_t at : find_calls(recording, "fsync", add.f.repo.path().string())) {
    if (recording.calls[at].path == add.f.repo.path().string()) {
      names.push_back(at);
    }
  }
  REQUIRE_FALSE(names.empty());
  CHECK(is_noticed(recording, names, add.oracle()));
}

}  // namespace
}  // namespace mlops::workspace::test
