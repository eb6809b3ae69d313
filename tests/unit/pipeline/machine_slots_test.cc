#include "pipeline/machine_slots.h"

#include <csignal>
#include <fstream>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "os/file.h"
#include "pipeline/runtime_directory.h"
#include "support/temp_dir.h"

using namespace mlops;
using namespace mlops::pipeline;

namespace {

const MachineLimits kLimits{4, 100, {"0", "1"}};
const CancelToken kNever;

/// The directory of this user.
std::string own() {
  return std::to_string(os::current_user());
}

/// Another run, as far as the ledger can tell: a process that claims, says so, and waits.
class OtherRun {
 public:
  explicit OtherRun(const std::filesystem::path& directory, std::uint64_t cpu, std::uint64_t gpus) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    // In a session of its own, so that it is no ancestor of ours, and we are none of its.
    pid_ = ::fork();
    if (pid_ == 0) {
      MachineSlots slots(directory);
      const auto claim = slots.try_take(cpu, 0, gpus, kLimits, kNever);
      const char answer = claim ? 'y' : 'n';
      static_cast<void>(!::write(ready[1], &answer, 1));
      ::pause();
      ::_exit(0);
    }
    char answer = 0;
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    has_claim = answer == 'y';
    ::close(ready[0]);
    ::close(ready[1]);
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  ~OtherRun() {
    if (pid_ > 0) {
      kill();
    }
  }
  bool has_claim = false;

 private:
  pid_t pid_ = 0;
};

}  // namespace

TEST_CASE("two runs do not take more of the machine than it has") {
  const test::TempDir temp;
  const std::filesystem::path directory = temp.path();
  MachineSlots ours(directory);
  OtherRun other(directory, 3, 1);
  REQUIRE(other.has_claim);
  CHECK_FALSE(ours.try_take(2, 0, 0, kLimits, kNever));
  const auto one = ours.try_take(1, 0, 1, kLimits, kNever);
  REQUIRE(one);
  CHECK(one->gpus == std::vector<std::string>{"1"});
  CHECK_FALSE(ours.try_take(0, 0, 1, kLimits, kNever));
}

TEST_CASE("devices are told apart by name, whatever slot of a run they are") {
  const test::TempDir temp;
  const std::filesystem::path directory = temp.path();
  MachineSlots ours(directory);
  OtherRun other(directory, 0, 1);  // has "0"
  REQUIRE(other.has_claim);
  CHECK_FALSE(ours.try_take(0, 0, 1, {4, 100, {"0"}}, kNever));
  const auto two = ours.try_take(0, 0, 2, {4, 100, {"3", "0", "GPU-7f"}}, kNever);
  REQUIRE(two);
  CHECK(two->gpus == std::vector<std::string>{"3", "GPU-7f"});
}

TEST_CASE("a killed run claims nothing, and its files go") {
  const test::TempDir temp;
  const std::filesystem::path directory = temp.path();
  MachineSlots ours(directory);
  OtherRun other(directory, 4, 2);
  REQUIRE(other.has_claim);
  CHECK_FALSE(ours.try_take(1, 0, 0, kLimits, kNever));
  other.kill();
  CHECK(ours.try_take(4, 0, 2, kLimits, kNever));
  CHECK(os::list_directory(directory / own()).size() == 2);  // our lock, our claim
}

TEST_CASE("what is given back can be taken again, and a run that ends leaves nothing") {
  const test::TempDir temp;
  const std::filesystem::path directory = temp.path();
  {
    MachineSlots ours(directory);
    const auto all = ours.try_take(9, 900, 2, kLimits, kNever);  // as much as there is
    REQUIRE(all);
    CHECK(all->cpu == 4);
    CHECK_FALSE(ours.try_take(1, 0, 0, kLimits, kNever));
    ours.give_back(*all);
    CHECK(ours.try_take(4, 100, 2, kLimits, kNever));
  }
  CHECK(os::list_directory(directory / own()).empty());
}

TEST_CASE("damaged claims count for nothing") {
  const test::TempDir temp;
  const std::filesystem::path directory = temp.path();
  MachineSlots ours(directory);
  OtherRun other(directory, 4, 0);
  for (const auto& name : os::list_directory(directory / own())) {
    if (name.ends_with(".json")) {
      std::ofstream(directory / own() / name) << "{\"cpu\": [";
    }
  }
  CHECK(ours.try_take(4, 0, 0, kLimits, kNever));
}

TEST_CASE("nobody claims for another user, more than there is, or by a file that is none") {
  const test::TempDir temp;
  const std::filesystem::path directory = temp.path();
  MachineSlots ours(directory);
  // As another run of this user would lie there, at work; what it claims is anybody's text.
  const auto claim = [&](const std::string& user, const std::string& text) {
    std::filesystem::create_directories(directory / user);
    std::ofstream(directory / user / "7-x.json") << text;
    return os::FileLock::try_acquire(
        directory / user / "7-x.lock", os::LockMode::exclusive, os::LockFile::common);
  };
  {
    const auto stranger = claim("4711", R"({"pid": 999999999, "cpu": 4, "memory": 0, "gpus": []})");
    CHECK(ours.try_take(4, 0, 0, kLimits, kNever));
  }
  ours.give_back({4, 0, {}});
  REQUIRE(ours.try_take(1, 0, 0, kLimits, kNever));
  for (const auto* cpu : {"4", "18446744073709551615"}) {
    const auto more =
        claim(own(),
              std::string(R"({"pid": 999999999, "cpu": )") + cpu + R"(, "memory": 0, "gpus": []})");
    CHECK_FALSE(ours.try_take(1, 0, 0, kLimits, kNever));
  }
  const auto none = claim(own(), "");
  std::filesystem::remove(directory / own() / "7-x.json");
  REQUIRE(::mkfifo((directory / own() / "7-x.json").c_str(), 0644) == 0);
  CHECK(ours.try_take(3, 0, 0, kLimits, kNever));
}

TEST_CASE("the common directory is for all, and no link or private one is taken for it") {
  const test::TempDir temp;
  const std::map<std::string, std::string> user{{"TMPDIR", temp.path().string()}};
  const auto directory = open_common_directory(user);
  CHECK(os::lstat_file(directory)->mode == 01777U);
  CHECK(open_common_directory(user) == directory);
  std::filesystem::permissions(directory, std::filesystem::perms(0777));
  CHECK_THROWS(open_common_directory(user));
  std::filesystem::rename(directory, temp.path() / "elsewhere");
  std::filesystem::create_directory_symlink(temp.path() / "elsewhere", directory);
  CHECK_THROWS(open_common_directory(user));
}

TEST_CASE("a runtime directory that others may enter is refused") {
  const test::TempDir temp;
  const std::map<std::string, std::string> user{{"XDG_RUNTIME_DIR", temp.path().string()}};
  const auto directory = open_runtime_directory(user);
  CHECK(os::lstat_file(directory)->mode == 0700U);
  std::filesystem::permissions(directory, std::filesystem::perms(0755));
  CHECK_THROWS(open_runtime_directory(user));
}
