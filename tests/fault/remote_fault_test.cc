// Every call of a push and of a fetch, to a directory, fails or kills once; then all goes on as if
// nothing had been, and what is published is whole.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/fault.h"
#include "remote/directory_transport.h"
#include "remote/fetch.h"
#include "remote/push.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store::test;

namespace {

namespace fs = std::filesystem;

using mlops::test::TempDir;

enum class Outcome : int { done = 10, failed = 11, not_reached = 12, killed = 13, other = 14 };

/// A place, a clone that pushes to it and one that fetches from it.
struct Scene {
  TempDir directory;
  Sample sample;
  fs::path place = directory.path() / "remote";
  fs::path from = directory.path() / "from";
  fs::path to = directory.path() / "to";

  Scene() {
    fs::create_directory(place);
    const auto store = store::Store::open(from / "store");
    sample = write_sample(*store);
    store::Store::open(to / "store");
  }

  void push() const {
    remote::DirectoryTransport transport(place);
    remote::Chain chain(transport, remote::Cache(from / "cache"), "place");
    const auto store = store::Store::open(from / "store");
    remote::PushRequest request;
    request.roots = {{sample.root, "data"}};
    NoProgress progress;
    remote::push(chain, *store, request, progress, CancelToken());
  }

  /// Into the store at `into`; false when the remote does not have it.
  bool fetch(const fs::path& into) const {
    remote::DirectoryTransport transport(place);
    remote::Chain chain(transport, remote::Cache(into / "cache"), "place");
    const auto store = store::Store::open(into / "store");
    remote::FetchRequest request;
    request.roots = {{sample.root}};
    NoProgress progress;
    return remote::fetch(chain, *store, request, progress, CancelToken()).absent.empty();
  }

  void check_fetched(const fs::path& into) const {
    const auto store = store::Store::open(into / "store");
    check_sample(*store, sample);
    CHECK(fsck(into / "store").is_clean());
  }
};

template <typename Work>
Outcome run_child(const std::string& plan, std::uint64_t number, const Work& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto outcome = Outcome::other;
    try {
      os::fault::arm(plan);
      work();
      outcome = os::fault::calls() < number ? Outcome::not_reached : Outcome::done;
    } catch (const Error& error) {
      outcome = error.kind() == ErrorKind::io ? Outcome::failed : Outcome::other;
    }
    _exit(static_cast<int>(outcome));
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGKILL ? Outcome::killed : Outcome::other;
  }
  return static_cast<Outcome>(WEXITSTATUS(status));
}

/// Numbers of calls to hit: all from where the store is open, a part of those before.
constexpr std::uint64_t kStride = 7;

void hit_every_push(const std::string& how) {
  bool is_through = false;
  for (std::uint64_t number = 1; !is_through; number += kStride) {
    CAPTURE(how, number);
    const Scene scene;
    const Outcome outcome = run_child(std::to_string(number) + how, number, [&] { scene.push(); });
    CHECK(outcome != Outcome::other);
    is_through = outcome == Outcome::not_reached;
    // All or nothing; and all, where success was said.
    const bool is_published = scene.fetch(scene.to);
    CHECK((is_published || (outcome != Outcome::done && outcome != Outcome::not_reached)));
    if (is_published) {
      scene.check_fetched(scene.to);
    }
    scene.push();
    CHECK(scene.fetch(scene.to));
    scene.check_fetched(scene.to);
  }
}

void hit_every_fetch(const std::string& how) {
  const Scene scene;
  scene.push();
  bool is_through = false;
  for (std::uint64_t number = 1; !is_through; number += kStride) {
    CAPTURE(how, number);
    const TempDir other;
    store::Store::open(other.path() / "store");
    const Outcome outcome =
        run_child(std::to_string(number) + how, number, [&] { scene.fetch(other.path()); });
    CHECK(outcome != Outcome::other);
    is_through = outcome == Outcome::not_reached;
    CHECK(fsck(other.path() / "store").is_clean());
    CHECK(scene.fetch(other.path()));
    scene.check_fetched(other.path());
  }
}

}  // namespace

TEST_CASE("a push publishes all or nothing, whichever call fails", "[case-50]") {
  hit_every_push(":EIO");
}

TEST_CASE("a push publishes all or nothing, wherever it is killed", "[case-49]") {
  hit_every_push(":kill");
}

TEST_CASE("a fetch leaves a sound store, whichever call fails", "[case-50]") {
  hit_every_fetch(":EIO");
}

TEST_CASE("a fetch leaves a sound store, wherever it is killed", "[case-49]") {
  hit_every_fetch(":kill");
}
