#include "os/fault.h"

#include <cerrno>
#include <csignal>

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
