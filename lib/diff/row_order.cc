#include "diff/row_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace mlops::diff {
namespace {

struct Placed {
  std::uint64_t hash;
  std::uint32_t position;
  bool operator<(const Placed& other) const {
    return hash != other.hash ? hash < other.hash : position < other.position;
  }
};

// Hashes are spread evenly: by these bits they fall into pieces that a processor's cache holds.
constexpr unsigned kTopBits = 12;

}  // namespace

std::vector<std::uint32_t> ascending(const std::vector<std::uint64_t>& hashes) {
  std::vector<std::uint32_t> order(hashes.size());
  std::iota(order.begin(), order.end(), 0U);
  if (std::is_sorted(hashes.begin(), hashes.end())) {
    return order;
  }
  const auto piece_of = [](std::uint64_t hash) {
    return static_cast<std::size_t>(hash >> (64U - kTopBits));
  };
  std::vector<std::size_t> begins((std::size_t{1} << kTopBits) + 1);
  for (const std::uint64_t hash : hashes) {
    ++begins[piece_of(hash) + 1];
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<std::size_t> next(begins.begin(), begins.end() - 1);
  std::vector<Placed> placed(hashes.size());
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    placed[next[piece_of(hashes[i])]++] = {hashes[i], static_cast<std::uint32_t>(i)};
  }
  for (std::size_t piece = 0; piece + 1 < begins.size(); ++piece) {
    const auto at = [&](std::size_t begin) {
      return placed.begin() + static_cast<std::ptrdiff_t>(begin);
    };
    std::sort(at(begins[piece]), at(begins[piece + 1]));
  }
  std::transform(
      placed.begin(), placed.end(), order.begin(), [](const Placed& row) { return row.position; });
  return order;
}

}  // namespace mlops::diff
