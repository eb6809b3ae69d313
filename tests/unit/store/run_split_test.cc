#include "store/run_split.h"

#include <catch2/catch.hpp>

#include "unit/store/store_fixture.h"

using namespace mlops::store;
using namespace mlops::store::test;

namespace {
std::vector<std::uint32_t> hashes(std::size_t count, std::uint64_t seed) {
  const Bytes random = noise(count * 2, seed);
  std::vector<std::uint32_t> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(random[2 * i] | static_cast<std::uint32_t>(random[2 * i + 1]) << 8U);
  }
  return result;
}
}  // namespace

TEST_CASE("a short list is one run") {
  CHECK(split_runs(std::vector<std::uint32_t>(kMaxRun, 0)) == std::vector<std::size_t>{kMaxRun});
  CHECK(split_runs({}) == std::vector<std::size_t>{0});
}

TEST_CASE("runs of a long list keep their limits and cover it") {
  const auto list = hashes(50'000, 1);
  std::size_t start = 0;
  for (const std::size_t end : split_runs(list)) {
    CHECK(end - start <= kMaxRun);
    CHECK((end - start >= kMinRun || end == list.size()));
    start = end;
  }
  CHECK(start == list.size());
  CHECK(split_runs(std::vector<std::uint32_t>(10'000, 1)) ==
        std::vector<std::size_t>{4096, 8192, 10'000});
}

TEST_CASE("an inserted item moves few splits") {
  auto list = hashes(50'000, 2);
  const auto before = split_runs(list);
  list.insert(list.begin() + 10, 1);
  const auto after = split_runs(list);
  std::size_t kept = 0;
  for (const std::size_t end : after) {
    kept += std::count(before.begin(), before.end(), end - 1) > 0 ? 1U : 0U;
  }
  CHECK(kept + 3 >= before.size());
}
