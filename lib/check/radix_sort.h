#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace mlops::check {

/// Sorts records of which `radix_key(record)`, 64 bits, is what operator< looks at first: byte by
/// byte, as often as the bytes differ, with as much memory again. What has the same key is sorted
/// by operator< then.
template <typename Record>
void radix_sort(std::span<Record> records) {
  constexpr std::size_t kBytes = sizeof(std::uint64_t);
  std::array<std::array<std::size_t, 256>, kBytes> counts{};
  for (const Record& record : records) {
    const std::uint64_t key = radix_key(record);
    for (std::size_t byte = 0; byte < kBytes; ++byte) {
      ++counts[byte][(key >> (8 * byte)) & 0xFFU];
    }
  }
  std::vector<Record> other(records.size());
  std::span<Record> from = records;
  std::span<Record> into = other;
  for (std::size_t byte = 0; byte < kBytes; ++byte) {
    std::array<std::size_t, 256>& places = counts[byte];
    const std::size_t shift = 8 * byte;
    if (places[(radix_key(from.front()) >> shift) & 0xFFU] == records.size()) {
      continue;  // all have the same
    }
    std::size_t begin = 0;
    for (std::size_t& place : places) {
      begin += std::exchange(place, begin);
    }
    for (const Record& record : from) {
      into[places[(radix_key(record) >> shift) & 0xFFU]++] = record;
    }
    std::swap(from, into);
  }
  if (from.data() != records.data()) {
    std::copy(from.begin(), from.end(), records.begin());
  }
  for (auto begin = records.begin(); begin != records.end();) {
    const auto end = std::find_if(begin, records.end(), [&](const Record& record) {
      return radix_key(record) != radix_key(*begin);
    });
    std::sort(begin, end);
    begin = end;
  }
}

/// In ascending order: by radix where the records have a key and are many.
template <typename Record>
void sort_records(std::span<Record> records) {
  constexpr std::size_t kMany = 1024;
  if constexpr (requires(const Record& record) { radix_key(record); }) {
    if (records.size() >= kMany) {
      if (!std::is_sorted(records.begin(), records.end())) {
        radix_sort(records);
      }
      return;
    }
  }
  std::sort(records.begin(), records.end());
}

}  // namespace mlops::check
