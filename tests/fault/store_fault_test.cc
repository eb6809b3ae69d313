#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/fault.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

enum class Outcome : int { done = 10, failed = 11, plan_not_reached = 12, killed = 13, other = 14 };

/// Where in an add the faults begin.
enum class Phase { put_and_commit, open_and_begin };

Bytes content_of(std::uint64_t seed) {
  return table_text(5000, seed);
}

/// A data set of two files in a directory.
Entry put_all(Writer& writer, std::uint64_t seed) {
  const PlacementHint hint{"data", ""};
  return directory_of(writer,
                      {named(writer.put_file(source_of(content_of(seed)), hint), "a"),
                       named(writer.put_file(source_of(noise(40'000, seed)), hint), "b")});
}

[[noreturn]] void add_in_child(const fs::path& path,
                               std::uint64_t seed,
                               Phase phase,
                               const std::string& plan,
                               std::uint64_t number) {
  Outcome outcome = Outcome::other;
  try {
    if (phase == Phase::open_and_begin) {
      os::fault::arm(plan);
    }
    const auto store = Store::open(path);
    auto writer = store->begin_write();
    if (phase == Phase::put_and_commit) {
      os::fault::arm(plan);
    }
    if (phase == Phase::put_and_commit) {
      writer->commit(put_all(*writer, seed));
    }
    outcome = os::fault::calls() < number ? Outcome::plan_not_reached : Outcome::done;
  } catch (const Error& error) {
    outcome = error.kind() == ErrorKind::io ? Outcome::failed : Outcome::other;
  }
  _exit(static_cast<int>(outcome));
}

Outcome run_child(const fs::path& path,
                  std::uint64_t seed,
                  Phase phase,
                  const std::string& plan,
                  std::uint64_t number) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    add_in_child(path, seed, phase, plan, number);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGKILL ? Outcome::killed : Outcome::other;
  }
  return static_cast<Outcome>(WEXITSTATUS(status));
}

/// The store is valid, and each root in it is complete.
void check_valid(const fs::path& path) {
  const auto store = Store::open(path);
  NoProgress progress;
  const FsckReport report = store->fsck(progress, CancelToken());
  for (const Damage& damage : report.damages) {
    CAPTURE(damage.problem, damage.where);
    CHECK(damage.problem.empty());
  }
  CHECK(report.is_clean());
  for (const ObjectId& id : store->list_roots()) {
    const Root root = store->load_root(id);
    for (const Entry& entry : store->read_node(root.top.id).entries) {
      CHECK(read_all(*store, entry).size() == entry.size);
    }
  }
}

bool has_root(const fs::path& path, std::uint64_t seed) {
  const auto store = Store::open(path);
  auto hasher = make_hash_only_writer();
  return store->find_root_of(put_all(*hasher, seed)).has_value();
}

/// Runs the add with "n<how>" for n = 1, 2, … until no call is left to fail.
void fail_every_call(const std::string& how, Phase phase, std::uint64_t stride) {
  const ::mlops::test::TempDir dir;
  const fs::path path = dir.path() / "store";
  if (phase == Phase::put_and_commit) {
    Store::open(path);
  }
  std::uint64_t faults = 0;
  for (std::uint64_t number = 1;; number += stride) {
    CAPTURE(how, number);
    const Outcome outcome = run_child(path, number, phase, std::to_string(number) + how, number);
    REQUIRE(outcome != Outcome::other);
    if (outcome == Outcome::plan_not_reached) {
      break;
    }
    if (how == ":kill") {
      REQUIRE(outcome == Outcome::killed);
    }
    if (how.ends_with(":short")) {
      REQUIRE(outcome == Outcome::done);
    }
    // Success means a root. After a failure there may be one too (its directory was not synced),
    // but only a complete one: check_valid reads it.
    if (phase == Phase::put_and_commit && outcome == Outcome::done) {
      CHECK(has_root(path, number));
    }
    ++faults;
    if (faults % 8 == 0) {
      check_valid(path);
    }
  }
  CHECK(faults >= 10);
  check_valid(path);
  // A rerun converges, whatever was left behind.
  for (std::uint64_t number = 1; number <= 5; ++number) {
    CHECK(run_child(path, number, Phase::put_and_commit, "count", 0) == Outcome::done);
    CHECK(has_root(path, number));
  }
  check_valid(path);
}

}  // namespace

TEST_CASE("each call of an add fails once with EIO", "[case-50]") {
  fail_every_call(":EIO", Phase::put_and_commit, 1);
}

TEST_CASE("the disk is full from the n-th call of an add", "[case-50]") {
  fail_every_call("+:ENOSPC", Phase::put_and_commit, 1);
}

TEST_CASE("each call of an add is interrupted", "[case-50]") {
  fail_every_call(":EINTR", Phase::put_and_commit, 1);
}

TEST_CASE("each call of an add moves fewer bytes than it was asked to", "[case-50]") {
  fail_every_call(":short", Phase::put_and_commit, 1);
  fail_every_call("+:short", Phase::put_and_commit, 3);
}

TEST_CASE("calls of an add fail with what else a disk and a system say", "[case-50]") {
  for (const char* how :
       {":EDQUOT", ":EROFS", ":EMFILE", ":ENFILE", ":ENOMEM", ":EACCES", "+:EROFS"}) {
    fail_every_call(how, Phase::put_and_commit, 3);
  }
}

TEST_CASE("an add is killed before each of its calls", "[case-49]") {
  fail_every_call(":kill", Phase::put_and_commit, 1);
}

TEST_CASE("making a store is killed at every 40th call", "[case-49]") {
  fail_every_call(":kill", Phase::open_and_begin, 40);
}

TEST_CASE("making a store fails at every 40th call", "[case-50]") {
  fail_every_call(":EIO", Phase::open_and_begin, 40);
}
