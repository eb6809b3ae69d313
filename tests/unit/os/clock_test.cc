#include "os/clock.h"

#include <ctime>

#include <catch2/catch.hpp>

TEST_CASE("the clocks run in their units") {
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  const std::int64_t before = std::time(nullptr);
  const std::int64_t now = mlops::os::wall_time_ns();
  CHECK(now / kPerSecond >= before - 1);
  CHECK(now / kPerSecond <= before + 60);
  const auto first = mlops::os::monotonic_time();
  CHECK(mlops::os::monotonic_time() >= first);
}
