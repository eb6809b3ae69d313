#pragma once

#include <cstdint>
#include <vector>

#include "diff/samples.h"

namespace mlops::diff {

/// Positions of the hashes from the smallest up; equal ones stay in the order given.
std::vector<std::uint32_t> ascending(const std::vector<std::uint64_t>& hashes);

/// Puts values[order[i]] in place i; an empty column stays empty.
template <typename T>
void permute(std::vector<T>& values, const std::vector<std::uint32_t>& order) {
  if (values.empty()) {
    return;
  }
  std::vector<T> sorted;
  sorted.reserve(values.size());
  for (const std::uint32_t from : order) {
    sorted.push_back(values[from]);
  }
  values = std::move(sorted);
}

inline void permute_units(Samples& samples, const std::vector<std::uint32_t>& order) {
  permute(samples.changed, order);
  for (auto& column : samples.pair.column) {
    permute(column, order);
  }
  for (Version* version : {&samples.old_version, &samples.new_version}) {
    for (auto& column : version->own.column) {
      permute(column, order);
    }
  }
}

}  // namespace mlops::diff
