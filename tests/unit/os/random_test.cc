#include "os/random.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "expect_error.h"
#include "os/fault.h"

TEST_CASE("random names have their length and alphabet, and differ") {
  std::set<std::string> names;
  std::set<char> used;
  for (int i = 0; i < 500; ++i) {
    const std::string name = mlops::os::random_name(20);
    CHECK(name.size() == 20);
    names.insert(name);
    used.insert(name.begin(), name.end());
  }
  CHECK(names.size() == 500);
  CHECK(std::string(used.begin(), used.end()) == "0123456789abcdefghijklmnopqrstuvwxyz");
  CHECK(mlops::os::random_name(0).empty());
}

TEST_CASE("random bytes fill all of the buffer") {
  std::vector<std::uint8_t> bytes(1000, 0);
  mlops::os::random_bytes(bytes);
  // 1000 random bytes hold about 4 zeros; 60 would be a miracle.
  CHECK(std::count(bytes.begin(), bytes.end(), 0) < 60);
  mlops::os::fault::arm("1:EIO");
  const auto kind = mlops::os::kind_thrown_by([&] { mlops::os::random_bytes(bytes); });
  mlops::os::fault::arm("off");
  CHECK(kind == mlops::ErrorKind::io);
}
