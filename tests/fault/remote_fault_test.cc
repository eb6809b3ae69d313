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

/// A clone that pushes to a new place each time, and others that fetch from there.
struct Scene {
  TempDir directory;
  Sample sample;
  fs::path from = directory.path() / "from";

  Scene() { sample = write_sample(*store::Store::open(from / "store")); }

  void push(const fs::path& place) const {
    remote::DirectoryTransport transport(place);
    remote::Chain chain(transport, remote::Cache(place.string() + "-cache"), "place");
    const auto store = store::Store::open(from / "store");
    remote::PushRequest request;
    request.roots = {{sample.root, "data"}};
    NoProgress progress;
    remote::push(chain, *store, request, progress, CancelToken());
  }

  bool is_published(const fs::path& place, const fs::path& cache) const {
    remote::DirectoryTransport transport(place);
    remote::Chain chain(transport, remote::Cache(cache), "place");
    return chain.open() && chain.state().roots().contains(sample.root);
  }

  void fetch(const fs::path& place, const fs::path& into) const {
    remote::DirectoryTransport transport(place);
    remote::Chain chain(transport, remote::Cache(into / "cache"), "place");
    const auto store = store::Store::open(into / "store");
    remote::FetchRequest request;
    request.roots = {{sample.root}};
    NoProgress progress;
    remote::fetch(chain, *store, request, progress, CancelToken());
  }

  void check_fetched(const fs::path& into) const {
    const auto store = store::Store::open(into / "store");
    check_sample(*store, sample);
    NoProgress progress;
    CHECK(store->fsck(progress, CancelToken()).is_clean());
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

/// Opening a store makes hundreds of directories: what comes then is hit more often than that.
constexpr std::uint64_t kStride = 29;

void hit_every_push(const std::string& how) {
  const Scene scene;
  bool is_through = false;
  for (std::uint64_t number = 1; !is_through; number += kStride) {
    CAPTURE(how, number);
    const TempDir other;
    const fs::path place = other.path() / "remote";
    fs::create_directory(place);
    const Outcome outcome =
        run_child(std::to_string(number) + how, number, [&] { scene.push(place); });
    CHECK(outcome != Outcome::other);
    is_through = outcome == Outcome::not_reached;
    const bool is_done = outcome == Outcome::done || outcome == Outcome::not_reached;
    CHECK((scene.is_published(place, other.path() / "look") || !is_done));
    // Once more: all is there, whatever was before.
    scene.push(place);
    scene.fetch(place, other.path());
    scene.check_fetched(other.path());
  }
}

void hit_every_fetch(const std::string& how) {
  const Scene scene;
  const fs::path place = scene.directory.path() / "remote";
  fs::create_directory(place);
  scene.push(place);
  bool is_through = false;
  for (std::uint64_t number = 1; !is_through; number += kStride) {
    CAPTURE(how, number);
    const TempDir other;
    const Outcome outcome =
        run_child(std::to_string(number) + how, number, [&] { scene.fetch(place, other.path()); });
    CHECK(outcome != Outcome::other);
    is_through = outcome == Outcome::not_reached;
    scene.fetch(place, other.path());
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
