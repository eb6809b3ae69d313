#include "os/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using mlops::os::Fd;

namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}
int open_null() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

}  // namespace

TEST_CASE("a descriptor is closed once, by its owner") {
  const int number = open_null();
  {
    Fd first(number);
    CHECK(first);
    Fd second(std::move(first));
    CHECK_FALSE(first);
    CHECK(second.get() == number);
    CHECK(is_open(number));
  }
  CHECK_FALSE(is_open(number));
  CHECK_FALSE(Fd());
}

TEST_CASE("assignment closes what was held") {
  const int old_number = open_null();
  const int new_number = open_null();
  Fd fd(old_number);
  fd = Fd(new_number);
  CHECK_FALSE(is_open(old_number));
  CHECK(fd.get() == new_number);
  Fd& same = fd;
  fd = std::move(same);
  CHECK(is_open(new_number));
}

TEST_CASE("a released descriptor stays open") {
  Fd fd(open_null());
  const int number = fd.release();
  CHECK_FALSE(fd);
  CHECK(is_open(number));
  ::close(number);
}
