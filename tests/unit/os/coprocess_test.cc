#include <csignal>

#include <sys/types.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/process.h"

namespace mlops::os {

namespace {

Coprocess start(const std::string& script) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.env = {"PATH=/usr/bin:/bin"};
  spec.cwd = "/";
  return Coprocess(spec);
}

}  // namespace

TEST_CASE("requests are answered") {
  Coprocess cat = start("cat");
  cat.write("hello\nwor");
  CHECK(cat.read_line(100) == "hello");
  cat.write("ld\n\nrest");
  CHECK(cat.read_line(5) == "world");
  CHECK(cat.read_line(0).empty());
  Coprocess moved(std::move(cat));
  CHECK(moved.read_exact(2) == "re");
  CHECK(moved.read_exact(2) == "st");
  CHECK(moved.read_exact(0).empty());
}

TEST_CASE("a request larger than the pipes does not lock up") {
  Coprocess cat = start("cat");
  const std::string request(4U << 20U, 'r');
  cat.write(request);
  CHECK(cat.read_exact(request.size()) == request);
}

TEST_CASE("a child that ends first is an error with its last words") {
  Coprocess child = start("read line; echo part; echo 'fatal: no such object' >&2; exit 3");
  child.write("x\n");
  CHECK(child.read_line(100) == "part");
  const std::string message = message_thrown_by([&] { child.read_line(100); });
  CHECK(message == "'/bin/sh' ended before it had answered: fatal: no such object");
  CHECK(kind_thrown_by([&] { child.read_exact(1); }) == ErrorKind::io);
  CHECK(kind_thrown_by([&] { child.write("y"); }) == ErrorKind::io);
}

TEST_CASE("an answer without end is refused") {
  Coprocess child = start("cat /dev/zero");
  CHECK(kind_thrown_by([&] { child.read_line(1000); }) == ErrorKind::io);
  Coprocess line = start("echo 12345; cat");
  CHECK(kind_thrown_by([&] { line.read_line(4); }) == ErrorKind::io);
}

TEST_CASE("a child that cannot start is an error") {
  ProcessSpec spec;
  spec.argv = {"/nonexistent"};
  CHECK(kind_thrown_by([&] { Coprocess child(spec); }) == ErrorKind::io);
}

TEST_CASE("destruction ends the child") {
  pid_t pid = 0;
  {
    Coprocess child = start("trap '' TERM PIPE; echo $$; while :; do sleep 1; done");
    pid = static_cast<pid_t>(std::stol(child.read_line(20)));
    CHECK(::kill(pid, 0) == 0);
  }
  CHECK(::kill(pid, 0) == -1);
}

}  // namespace mlops::os
