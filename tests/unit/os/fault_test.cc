#include "os/fault.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace fault = mlops::os::fault;

namespace {

struct Disarm {
  ~Disarm() { fault::arm("off"); }
};

}  // namespace

TEST_CASE("without a plan nothing is counted") {
  fault::arm("off");
  CHECK(fault::next("read") == 0);
  CHECK(fault::calls() == 0);
}

TEST_CASE("a plan fails one call, or all from one on") {
  const Disarm disarm;
  fault::arm("2:EIO");
  CHECK(fault::next("a") == 0);
  CHECK(fault::next("b") == EIO);
  CHECK(fault::next("c") == 0);
  CHECK(fault::calls() == 3);
  fault::arm("2+:ENOSPC");
  CHECK(fault::next("a") == 0);
  CHECK(fault::next("b") == ENOSPC);
  CHECK(fault::next("c") == ENOSPC);
  fault::arm("count");
  CHECK(fault::next("a") == 0);
  CHECK(fault::calls() == 1);
}

TEST_CASE("a plan leaves what moves bytes half of them, and other calls as they are", "[case-50]") {
  const Disarm disarm;
  std::size_t size = 9;
  fault::arm("2:short");
  CHECK(fault::next_transfer("read", {}, size) == 0);
  CHECK(size == 9);
  CHECK(fault::next_transfer("read", {}, size) == 0);
  CHECK(size == 5);
  fault::arm("1+:short");
  CHECK(fault::next("fsync") == 0);
  size = 1;
  CHECK(fault::next_transfer("write", {}, size) == 0);
  CHECK(size == 1);
  fault::arm("1:EIO");
  CHECK(fault::next_transfer("write", {}, size) == EIO);
}

TEST_CASE("an unknown plan is refused and changes nothing") {
  const Disarm disarm;
  fault::arm("count");
  const char* const plan = GENERATE("",
                                    "x",
                                    "0:EIO",
                                    "1",
                                    "1:",
                                    "1:EWHAT",
                                    "1+",
                                    "+:EIO",
                                    "-1:EIO",
                                    "1:EIO ",
                                    "99999999999999999999:EIO",
                                    "1++:EIO",
                                    "1:eio");
  INFO(plan);
  CHECK(mlops::os::kind_thrown_by([&] { fault::arm(plan); }) == mlops::ErrorKind::usage);
  CHECK(fault::next("a") == 0);
  CHECK(fault::calls() == 1);
}

TEST_CASE("an injected EINTR is tried again and not seen") {
  const mlops::test::TempDir temp;
  mlops::test::write_file(temp / "f", "content");
  const Disarm disarm;
  for (int call = 1; call < 10; ++call) {
    fault::arm(std::to_string(call) + ":EINTR");
    CHECK(mlops::os::read_file(temp / "f", 100) == "content");
  }
}

TEST_CASE("a trace names each call and what it is about") {
  const mlops::test::TempDir temp;
  const Disarm disarm;
  fault::arm("trace");
  mlops::os::write_file_atomic(temp / "f", "content", mlops::os::Durability::durable);
  const auto calls = fault::trace();
  CHECK(calls.size() == fault::calls());
  const auto find = [&](const std::string& name) {
    const auto found = std::find_if(
        calls.begin(), calls.end(), [&](const fault::Call& call) { return call.name == name; });
    REQUIRE(found != calls.end());
    return found;
  };
  const std::string temporary = find("openat")->path;
  CHECK(temporary.starts_with((temp / "tmp-").string()));
  CHECK(find("write")->path == temporary);
  CHECK(find("fdatasync")->path == temporary);
  CHECK(find("renameat2")->path == temporary);
  CHECK(find("renameat2")->to == (temp / "f").string());
  CHECK(find("fsync")->path == temp.path().string());
  CHECK(find("getrandom")->path.empty());
  CHECK(find("write") < find("fdatasync"));
  CHECK(find("fdatasync") < find("renameat2"));
  CHECK(find("renameat2") < find("fsync"));
  fault::arm("trace");
  CHECK(fault::trace().empty());
}

TEST_CASE("a watcher is told of each call before it happens") {
  const mlops::test::TempDir temp;
  const Disarm disarm;
  std::vector<std::string> told;
  fault::watch([&](const fault::Call& call) {
    told.push_back(call.name + (std::filesystem::exists(temp / "d") ? " after" : " before"));
  });
  mlops::os::make_directories(temp / "d");
  mlops::os::sync_directory(temp / "d");
  REQUIRE(told.size() == 3);
  CHECK(told[0] == "mkdirat before");
  CHECK(told[1] == "openat after");
  CHECK(fault::trace().size() == 3);
  fault::arm("trace");
  mlops::os::sync_directory(temp / "d");
  CHECK(told.size() == 3);
}

TEST_CASE("kill ends the process before the call") {
  const mlops::test::TempDir temp;
  const std::filesystem::path path = temp / "never";
  const pid_t child = ::fork();
  if (child == 0) {
    fault::arm("1:kill");
    mlops::os::make_directories(path);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
  CHECK_FALSE(std::filesystem::exists(path));
}
