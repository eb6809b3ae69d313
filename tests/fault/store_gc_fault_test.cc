#include <csignal>
#include <set>

#include <sys/resource.h>
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

enum class Outcome : int { done = 10, half_done = 11, failed = 12, killed = 13, other = 14 };

Entry put_noise(Writer& writer, std::uint64_t seed, std::size_t files) {
  const PlacementHint hint{"data", ""};
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < files; ++i) {
    entries.push_back(
        named(writer.put_file(source_of(noise(40'000, seed * 100 + i)), hint), std::to_string(i)));
  }
  return directory_of(writer, std::move(entries));
}

ObjectId commit_noise(Writer& writer, std::uint64_t seed, std::size_t files) {
  return writer.commit(put_noise(writer, seed, files), "data");
}

/// A store with a pack to rewrite, one to remove and one to keep; each test works on copies of it.
struct Template {
  ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "template";
  std::vector<ObjectId> live;
  Template() {
    const auto store = Store::open(path);
    {
      const auto writer = store->begin_write();
      const Entry gone = put_noise(*writer, 1, 6);
      const Entry kept = put_noise(*writer, 2, 2);
      writer->commit(gone, "data");
      live.push_back(writer->commit(kept, "data"));
    }
    commit_noise(*store->begin_write(), 3, 2);
    live.push_back(commit_noise(*store->begin_write(), 4, 2));
    // One segment for all packs: it has to be written anew.
    for (const fs::path& index : files_below(path / "index")) {
      fs::remove(index);
    }
    store->begin_write();
  }
  fs::path copy() const {
    const fs::path to = dir.path() / "copy";
    fs::remove_all(to);
    fs::copy(path, to, fs::copy_options::recursive);
    return to;
  }
};

GcReport gc(Store& store, const std::vector<ObjectId>& live) {
  GcRequest request;
  request.find_live = [&] { return live; };
  request.mode = GcMode::remove;
  NoProgress progress;
  return store.gc(request, progress, CancelToken());
}

[[noreturn]] void gc_in_child(const fs::path& path,
                              const std::vector<ObjectId>& live,
                              const std::string& plan) {
  Outcome outcome = Outcome::other;
  try {
    const auto store = Store::open(path);
    os::fault::arm(plan);
    outcome = gc(*store, live).problem.empty() ? Outcome::done : Outcome::half_done;
  } catch (const Error& error) {
    outcome = error.kind() == ErrorKind::io ? Outcome::failed : Outcome::other;
  }
  _exit(static_cast<int>(outcome));
}

Outcome run_child(const fs::path& path,
                  const std::vector<ObjectId>& live,
                  const std::string& plan) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    gc_in_child(path, live, plan);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGKILL ? Outcome::killed : Outcome::other;
  }
  return static_cast<Outcome>(WEXITSTATUS(status));
}

/// The store is sound, and each live version can be read as another process would.
void check_store(const fs::path& path, const std::vector<ObjectId>& live) {
  const FsckReport report = fsck(path);
  for (const Damage& damage : report.damages) {
    CAPTURE(damage.problem, damage.where);
    CHECK(damage.problem.empty());
  }
  CHECK(report.is_clean());
  const auto store = Store::open(path);
  for (const ObjectId& id : live) {
    for (const Entry& entry : store->read_node(store->load_root(id).top.id).entries) {
      CHECK(read_all(*store, entry).size() == entry.size);
    }
  }
}

bool is_change(const os::fault::Call& call) {
  static const std::set<std::string> kChanges{
      "write", "fsync", "fdatasync", "fchmod", "renameat2", "unlinkat", "mkdirat", "flock"};
  return kChanges.contains(call.name);
}

/// The numbers of the calls of one gc that change something, each of which leaves another store
/// behind; and of the many that only look, some.
std::vector<std::uint64_t> interesting_calls(const Template& origin) {
  constexpr std::size_t kLooks = 100;
  const fs::path path = origin.copy();
  const auto store = Store::open(path);
  os::fault::arm("trace");
  gc(*store, origin.live);
  const auto calls = os::fault::trace();
  os::fault::arm("off");
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (is_change(calls[i]) || i % kLooks == 0) {
      numbers.push_back(i + 1);
    }
  }
  return numbers;
}

void fail_every_call(const std::string& how) {
  const Template origin;
  const auto numbers = interesting_calls(origin);
  CHECK(numbers.size() >= 40);
  for (const std::uint64_t number : numbers) {
    CAPTURE(how, number);
    const fs::path path = origin.copy();
    const Outcome outcome = run_child(path, origin.live, std::to_string(number) + how);
    REQUIRE(outcome != Outcome::other);
    check_store(path, origin.live);
    if (number % 2 != 0) {
      continue;
    }
    // A rerun converges, whatever was left behind.
    CHECK(run_child(path, origin.live, "count") == Outcome::done);
    const auto store = Store::open(path);
    CHECK(store->list_roots().size() == origin.live.size());
    CHECK(files_below(path / "packs").size() == 2);
    CHECK(files_below(path / "tmp").empty());
    check_store(path, origin.live);
  }
}

}  // namespace

TEST_CASE("gc is killed before each of its calls", "[case-49]") {
  fail_every_call(":kill");
}

TEST_CASE("each call of gc fails once with EIO", "[case-50]") {
  fail_every_call(":EIO");
}

TEST_CASE("where a lock cannot be taken gc removes nothing", "[case-56]") {
  const Template origin;
  const fs::path traced = origin.copy();
  const auto store = Store::open(traced);
  os::fault::arm("trace");
  gc(*store, origin.live);
  const auto calls = os::fault::trace();
  os::fault::arm("off");
  std::size_t locks = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].name != "flock") {
      continue;
    }
    CAPTURE(calls[i].path);
    const fs::path path = origin.copy();
    const auto before = Store::open(path)->list_roots();
    CHECK(run_child(path, origin.live, std::to_string(i + 1) + ":ENOLCK") == Outcome::failed);
    CHECK(Store::open(path)->list_roots() == before);
    check_store(path, origin.live);
    ++locks;
  }
  CHECK(locks >= 2);  // against another gc or repair, and against writers
}

TEST_CASE("without space gc removes what is dead and loses nothing", "[case-51]") {
  const Template origin;
  const fs::path path = origin.copy();
  const Outcome outcome = [&] {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // No pack and no index can be written any more; removing is possible.
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{512, 512};
      setrlimit(RLIMIT_FSIZE, &limit);
      gc_in_child(path, origin.live, "count");
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return static_cast<Outcome>(WEXITSTATUS(status));
  }();
  CHECK(outcome == Outcome::half_done);
  CHECK(files_below(path / "packs").size() == 2);
  CHECK(files_below(path / "tmp").empty());
  CHECK(Store::open(path)->list_roots().size() == origin.live.size());
  check_store(path, origin.live);
  // With space again the rest is done.
  CHECK(run_child(path, origin.live, "count") == Outcome::done);
  check_store(path, origin.live);
}
