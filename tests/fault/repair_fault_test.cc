/// Calls all over a repair fail, or the process is killed before them (promise P10): what could be
/// read can be read, the damaged pack lies somewhere, and the command run again heals.

#include <optional>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/fault.h"
#include "store/pack_format.h"
#include "unit/os/call_trace.h"
#include "unit/store/repair_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

Entry put_version(Writer& writer) {
  const PlacementHint hint{"data", ""};
  return directory_of(writer,
                      {named(writer.put_file(source_of(table_text(2500, 1)), hint), "a"),
                       named(writer.put_file(source_of(noise(3000, 1)), hint), "b")});
}

RepairReport repair_it(const fs::path& store) {
  Copies copies([](Writer& sink) { put_version(sink); });
  return repair(store, {&copies});
}

/// A store with a damaged pack, made anew for each fault.
struct Patient {
  mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  fs::path pack;
  Bytes damaged;
  std::vector<std::pair<ObjectType, ObjectId>> readable;
  std::map<std::string, Bytes> files;

  Patient() {
    {
      const auto store = Store::open(path);
      auto writer = store->begin_write();
      writer->commit(put_version(*writer));
    }
    pack = files_below(path / "packs").front();
    damaged = read_bytes(pack);
    const BlockView block = scan_blocks(damaged, "pack").back();
    damaged[block.offset + block.head.total_bytes() - 1] ^= 1U;
    write_bytes(pack, damaged);
    readable = readable_now();
    files = tree_of(path);
  }
  std::vector<std::pair<ObjectType, ObjectId>> readable_now() const {
    const auto store = Store::open(path);
    std::vector<std::pair<ObjectType, ObjectId>> objects;
    for (const BlockView& block : scan_blocks(damaged, "pack")) {
      for (const Member& member : block.members) {
        try {
          store->read(member.type, member.id);
          objects.emplace_back(member.type, member.id);
        } catch (const Error& error) {
          REQUIRE(error.kind() == ErrorKind::corrupt);
        }
      }
    }
    return objects;
  }
  void reset() const {
    for (const fs::path& file : files_below(path)) {
      if (!files.contains(file.string())) {
        fs::remove(file);
      }
    }
    for (const auto& [name, bytes] : files) {
      write_bytes(name, bytes);
    }
  }
  void check() const {
    const auto now = readable_now();
    for (const auto& object : readable) {
      CHECK(std::count(now.begin(), now.end(), object) == 1);
    }
    const fs::path aside = path / "quarantine" / pack.filename();
    const fs::path place = fs::exists(aside) ? aside : pack;
    CHECK(read_bytes(place) == damaged);
    const RepairReport again = repair_it(path);
    CHECK(again.after.is_clean());
    CHECK(again.lost.empty());
  }
};

struct Calls {
  std::vector<std::uint64_t> changing;  ///< all that change the disk
  std::vector<std::uint64_t> others;    ///< some of the rest
};

Calls choose_calls(const Patient& patient, std::size_t others) {
  patient.reset();
  const os::CallTrace trace = os::CallTrace::of([&] { repair_it(patient.path); });
  Calls chosen;
  std::vector<std::uint64_t> rest;
  for (std::size_t i = 0; i < trace.calls().size(); ++i) {
    const std::string& name = trace.calls()[i].name;
    const bool changes = name == "write" || name == "fsync" || name == "fdatasync" ||
                         name == "renameat2" || name == "unlinkat" || name == "fchmod";
    (changes ? chosen.changing : rest).push_back(i + 1);
  }
  for (std::size_t i = 0; i < rest.size(); i += std::max<std::size_t>(1, rest.size() / others)) {
    chosen.others.push_back(rest[i]);
  }
  return chosen;
}

/// True when the plan fired.
bool fails(const Patient& patient, const std::string& plan) {
  os::fault::arm(plan);
  bool failed = false;
  try {
    repair_it(patient.path);
  } catch (const Error& error) {
    failed = true;
  }
  os::fault::arm("off");
  return failed;
}

bool is_killed(const Patient& patient, std::uint64_t call) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    os::fault::arm(std::to_string(call) + ":kill");
    repair_it(patient.path);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace

TEST_CASE("each call of a repair fails once, or all from it on", "[case-50][case-51]") {
  const Patient patient;
  const Calls calls = choose_calls(patient, 6);
  CHECK(calls.changing.size() >= 12);
  std::size_t failures = 0;
  for (const auto* list : {&calls.changing, &calls.others}) {
    for (const std::uint64_t call : *list) {
      const std::string plan = std::to_string(call) + (call % 2 == 0 ? ":EIO" : "+:ENOSPC");
      CAPTURE(plan);
      patient.reset();
      failures += fails(patient, plan) ? 1U : 0U;
      patient.check();
    }
  }
  CHECK(failures >= calls.changing.size() / 2);
}

TEST_CASE("a repair is killed before each call that changes the disk", "[case-49]") {
  const Patient patient;
  const Calls calls = choose_calls(patient, 1);
  for (const std::uint64_t call : calls.changing) {
    CAPTURE(call);
    patient.reset();
    // Threads that publish packs may change the order of the last calls.
    CHECK(is_killed(patient, call));
    patient.check();
  }
}
