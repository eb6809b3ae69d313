#pragma once

#include <cstdint>
#include <random>

namespace duckdb {
/// Only for boundaries of multipart forms, which mlops never sends.
class RandomEngine {
 public:
  std::uint32_t NextRandomInteger32(std::uint32_t least, std::uint32_t end) {
    return std::uniform_int_distribution<std::uint32_t>(least, end - 1)(engine_);
  }

 private:
  std::mt19937 engine_{std::random_device{}()};
};
}  // namespace duckdb
