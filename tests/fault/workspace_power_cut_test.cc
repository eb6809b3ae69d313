/// Power cuts at every call of `data add` and of a checkout: a pointer never names what the store
/// lacks, what was reported stays, nothing of the user's is lost, and a rerun converges.

#include <iostream>
#include <map>

#include <catch2/catch.hpp>

#include "fault/power_cut.h"
#include "unit/workspace/workspace_fixture.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"

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

/// Another version of a data set is checked out, over files that it replaces, removes and adds.
struct Checkout {
  Fixture f;
  std::map<std::string, std::string> wanted = {
      {"d/a", std::string(1100, 'a')}, {"d/b/c", std::string(700, 'c')}, {"d/new/e", "e"}};
  Recording recording = make();

  Recording make() {
    for (const auto& [path, content] : wanted) {
      f.repo.write(path, content);
    }
    f.add({"d"}, unstaged());
    const std::string pointer = f.repo.read("d.mlops");
    fs::remove_all(f / "d");
    f.repo.write("d/a", "another");
    f.repo.write("d/b/c", std::string(700, 'C'));
    f.repo.write("d/gone", "gone");
    f.add({"d"}, unstaged());
    f.repo.write("d.mlops", pointer);
    f.repo.write("mine", "mine");
    settle();
    f.reopen();
    return record(f.repo.path(), [this] { REQUIRE(f.checkout().total.kept.empty()); });
  }
  /// Up to where the note that it is unfinished is removed.
  Recording unfinished() const {
    Recording part = recording;
    const auto end = find_calls(recording, "unlinkat", ".unfinished");
    REQUIRE_FALSE(end.empty());
    part.calls.resize(end.front());
    return part;
  }
  std::optional<std::string> judge(const fs::path& left, Clobber clobber) {
    f.reopen(left);
    if (const auto problem = store_problem(f)) {
      return problem;
    }
    if (mlops::test::read_file(left / "mine") != "mine") {
      return "a file of the user's is lost";
    }
    CheckoutOptions options;
    options.restore.clobber = clobber;
    const RestoreResult total = f.checkout(options).total;
    if (!total.kept.empty()) {
      return "in the way: " + total.kept.front();
    }
    for (const auto& [path, content] : wanted) {
      if (mlops::test::read_file(left / path) != content) {
        return "the command run again does not converge at " + path;
      }
    }
    return fs::exists(left / "d/gone") ? std::optional<std::string>("what shall be gone is there")
                                       : std::nullopt;
  }
  Oracle oracle(Clobber clobber) {
    return [this, clobber](const fs::path& left, Ended) { return judge(left, clobber); };
  }
};

TEST_CASE("data add survives a power cut at any point", "[case-49][case-60]") {
  Add add;
  const PowerCuts cuts = cut_everywhere(add.recording, add.oracle());
  std::cout << describe("data add", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 50);
}

TEST_CASE("a checkout survives a power cut at any point", "[case-49][case-60]") {
  Checkout checkout;
  const PowerCuts cuts = cut_everywhere(checkout.unfinished(), checkout.oracle(Clobber::refuse));
  std::cout << describe("data checkout", cuts);
  CHECK(cuts.problems == std::vector<std::string>{});
  CHECK(cuts.states > 50);
  // Then the files are as durable as cp leaves them, and the store has what they held.
  CHECK(cut_everywhere(checkout.recording,
                       checkout.oracle(Clobber::rescue),
                       checkout.unfinished().calls.size())
            .problems == std::vector<std::string>{});
}

TEST_CASE("a checkout that forgets to sync its note is found", "[case-60]") {
  Checkout checkout;
  const Recording unfinished = checkout.unfinished();
  // Its name; what it says is of use, and not needed.
  const auto syncs = find_calls(unfinished, "fsync", "/partial-");
  REQUIRE_FALSE(syncs.empty());
  CHECK(is_noticed(unfinished, {syncs.back()}, checkout.oracle(Clobber::refuse)));
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
