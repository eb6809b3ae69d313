#include "pipeline/slots.h"

#include <catch2/catch.hpp>

#include "expect_error.h"

using namespace mlops;
using namespace mlops::pipeline;
using testing::expect_error;

namespace {

Pool pool_of(std::uint64_t cpu, std::uint64_t memory, std::uint64_t gpu) {
  Pool pool;
  pool.cpu_slots = cpu;
  pool.memory_slots = memory;
  pool.gpu_slots = gpu;
  return pool;
}

Stage stage_of(std::uint64_t memory, double factor) {
  Stage stage;
  stage.resources.memory_bytes = memory;
  stage.retry.oom_memory_factor = factor;
  return stage;
}

}  // namespace

TEST_CASE("slots are taken and given back, of processors, memory and devices") {
  const auto pool = pool_of(4, 100, 2);
  Slots slots(pool, 8, {});
  CHECK(slots.try_take({2, 60, 1}));
  CHECK_FALSE(slots.try_take({1, 60, 0}));
  CHECK_FALSE(slots.try_take({1, 0, 2}));
  CHECK_FALSE(slots.try_take({3, 0, 0}));
  CHECK(slots.try_take({2, 40, 1}));
  slots.give_back({2, 60, 1});
  CHECK(slots.try_take({1, 60, 1}));
}

TEST_CASE("a stage that wants more devices than there are is refused") {
  const auto pool = pool_of(4, 100, 1);
  const Slots slots(pool, 0, {});
  auto stage = stage_of(0, 1.0);
  stage.resources.gpu = 2;
  expect_error(ErrorKind::config, "resources.gpu: needs 2", [&] { slots.check(stage); });
  stage.resources.gpu = 1;
  slots.check(stage);
}

TEST_CASE("who chose devices gets these, at most as many as the pool has") {
  using Names = std::vector<std::string>;
  const auto pool = pool_of(4, 100, 2);
  const auto devices = [&](const char* value) {
    return Slots(pool, 0, {{"CUDA_VISIBLE_DEVICES", value}}).limits().gpus;
  };
  CHECK(Slots(pool, 0, {}).limits().gpus == Names{"0", "1"});
  CHECK(devices("5, GPU-7f,6") == Names{"5", "GPU-7f"});
  CHECK(devices("7") == Names{"7"});
  CHECK(devices("3,-1,4") == Names{"3"});  // as CUDA reads it
  CHECK(devices("").empty());
  auto stage = stage_of(0, 1.0);
  stage.resources.gpu = 2;
  expect_error(ErrorKind::config, "needs 2, and CUDA_VISIBLE_DEVICES names 1", [&] {
    Slots(pool, 0, {{"CUDA_VISIBLE_DEVICES", "7"}}).check(stage);
  });
}

TEST_CASE("memory grows with each attempt that ran out of it, up to the pool's") {
  const auto pool = pool_of(4, 100, 0);
  const Slots slots(pool, 0, {});
  const auto stage = stage_of(40, 2.0);
  CHECK(needs_of(stage, 0).memory == 40);
  CHECK(needs_of(stage, 1).memory == 80);
  CHECK(slots.has_more_memory(stage, 1));  // 80
  CHECK(slots.has_more_memory(stage, 2));  // all 100
  CHECK_FALSE(slots.has_more_memory(stage, 3));
  CHECK(slots.has_more_memory(stage_of(40, 1.0), 5));  // asks for no more: only tries again
}
