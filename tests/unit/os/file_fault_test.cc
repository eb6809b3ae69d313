#include <functional>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/beneath.h"
#include "os/fault.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace mlops::os {

namespace {

constexpr int kTooMany = 1000;

/// Runs `act` with call 1, 2, 3 … failing until it succeeds; `check(succeeded)` runs after each
/// with no plan armed. Returns how many calls were made to fail.
int with_every_fault(const std::string& failure,
                     const std::function<void()>& act,
                     const std::function<void(bool)>& check) {
  for (int call = 1; call < kTooMany; ++call) {
    bool succeeded = false;
    fault::arm(std::to_string(call) + failure);
    try {
      act();
      succeeded = true;
    } catch (const Error& error) {
      fault::arm("off");
      INFO("call " << call << ": " << error.message());
      CHECK(error.kind() == ErrorKind::io);
    }
    const bool was_reached = fault::calls() >= static_cast<std::uint64_t>(call);
    fault::arm("off");
    INFO("call " << call << failure);
    check(succeeded);
    if (succeeded && !was_reached) {
      return call - 1;
    }
  }
  FAIL("there is no end of calls");
  return 0;
}

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("write_file_atomic leaves the old or the new content, whichever call fails") {
  const std::string failure = GENERATE(as<std::string>(), ":EIO", "+:EIO", ":ENOSPC", "+:ENOSPC");
  const test::TempDir temp;
  const fs::path path = temp / "f";
  const std::string old_content = "old";
  const std::string new_content(100'000, 'n');
  const int faults = with_every_fault(
      failure,
      [&] {
        test::write_file(path, old_content);
        write_file_atomic(path, new_content, Durability::durable);
      },
      [&](bool succeeded) {
        const std::string content = test::read_file(path);
        CHECK((content == new_content || (!succeeded && content == old_content)));
      });
  // lstat, open, getrandom, write, chmod, sync, close, rename, open and sync of the directory.
  CHECK(faults >= 9);
  // One-shot faults leave no temporary file, because the removal itself works.
  if (failure[0] == ':') {
    CHECK(entries(temp.path()) == 1);
  }
}

TEST_CASE("a failed sync is an error, of the file and of the directory") {
  const test::TempDir temp;
  const auto failing_calls = [&](Durability durability) {
    return with_every_fault(
        ":EIO", [&] { write_file_atomic(temp / "f", "content", durability); }, [](bool) {});
  };
  // A durable write makes three calls more than a relaxed one: the sync of the file, the open and
  // the sync of the directory. Each of them was made to fail, and the error was reported, or
  // with_every_fault would have ended earlier.
  CHECK(failing_calls(Durability::durable) == failing_calls(Durability::relaxed) + 3);
}

TEST_CASE("every call of a durable write that fails is reported") {
  const test::TempDir temp;
  fault::arm("count");
  write_file_atomic(temp / "f", "content", Durability::durable);
  const auto calls = fault::calls();
  for (std::uint64_t call = 1; call <= calls; ++call) {
    fault::arm(std::to_string(call) + ":EIO");
    bool reported = false;
    try {
      write_file_atomic(temp / "f", "content", Durability::durable);
    } catch (const Error&) {
      reported = true;
    }
    fault::arm("off");
    INFO("call " << call);
    CHECK(reported);
  }
}

TEST_CASE("a file published without replacing is complete or absent") {
  const test::TempDir temp;
  with_every_fault(
      ":EIO",
      [&] {
        fs::remove(temp / "f");
        TempFile file(temp.path());
        const std::vector<std::uint8_t> bytes(1000, 'x');
        file.write(bytes);
        file.publish(temp / "f", Durability::durable, TempFile::Replace::no);
      },
      [&](bool succeeded) {
        const bool exists = fs::exists(temp / "f");
        CHECK((exists || !succeeded));
        if (exists) {
          CHECK(test::read_file(temp / "f") == std::string(1000, 'x'));
        }
        CHECK(entries(temp.path()) == (exists ? 1 : 0));
      });
}

TEST_CASE("reading reports every fault and never returns less") {
  const test::TempDir temp;
  const std::string content(200'000, 'c');
  test::write_file(temp / "f", content);
  std::string got;
  with_every_fault(
      ":EIO",
      [&] {
        got.clear();
        got = read_file(temp / "f", 1U << 20U);
      },
      [&](bool succeeded) { CHECK(got == (succeeded ? content : std::string())); });
  std::vector<std::string> names;
  with_every_fault(
      ":EIO",
      [&] {
        names.clear();
        names = list_directory(temp.path());
      },
      [&](bool succeeded) { CHECK(names.size() == (succeeded ? 1U : 0U)); });
}

TEST_CASE("files are written, copied and read whole, in however many pieces", "[case-50]") {
  const std::string shortened = GENERATE(as<std::string>(), ":short", "+:short");
  const test::TempDir temp;
  std::string content;
  for (int i = 0; i < 20'000; ++i) {
    content += std::to_string(i);
  }
  const int pieces = with_every_fault(
      shortened,
      [&] {
        write_file_atomic(temp / "f", content, Durability::durable);
        fs::remove(temp / "copy");
        os::copy_file(temp / "f", temp / "copy");
        CHECK(read_file(temp / "copy", 1U << 20U) == content);
      },
      [](bool succeeded) { CHECK(succeeded); });
  CHECK(pieces > 10);
}

TEST_CASE("copy_file makes a whole copy or none") {
  const test::TempDir temp;
  const std::string content(200'000, 'c');
  test::write_file(temp / "from", content);
  with_every_fault(
      ":EIO",
      [&] {
        fs::remove(temp / "to");
        os::copy_file(temp / "from", temp / "to");
      },
      [&](bool succeeded) {
        CHECK(fs::exists(temp / "to") == succeeded);
        if (succeeded) {
          CHECK(test::read_file(temp / "to") == content);
        }
      });
}

TEST_CASE("beneath a directory every fault is reported") {
  const auto resolve = GENERATE(Beneath::Resolve::automatic, Beneath::Resolve::component_wise);
  const test::TempDir temp;
  with_every_fault(
      ":EIO",
      [&] {
        const Beneath directory = Beneath::open(temp.path(), resolve);
        directory.make_directories("a/b");
        auto [name, fd] = directory.create_temp_beside("a/b/f");
        write_full(fd, std::vector<std::uint8_t>(10, 'x'), name);
        sync_and_close(std::move(fd), name, Durability::durable);
        directory.rename(name, "a/b/f");
        directory.sync_directory("a/b");
      },
      [&](bool succeeded) {
        const fs::path path = temp / "a/b/f";
        CHECK((fs::exists(path) || !succeeded));
        if (fs::exists(path)) {
          CHECK(test::read_file(path) == std::string(10, 'x'));
          fs::remove(path);
        }
      });
}

}  // namespace mlops::os
