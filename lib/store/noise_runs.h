#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "store/pack_format.h"
#include "store/tree.h"

namespace mlops::store {

/// Consecutive chunks of a file that go into one block.
struct NoiseRun {
  std::size_t first = 0;  ///< of the chunks
  std::size_t count = 0;
  std::uint64_t offset = 0;  ///< in bytes, from the first chunk on
  std::size_t size = 0;
};

/// A block of more would have to be read for one of its chunks.
constexpr std::size_t kMaxNoiseRunBytes = 1U << 20U;

/// Stretches of those for which `is_wanted` says so, each at most kMaxNoiseRunBytes long. Asks once
/// about each chunk, in order.
std::vector<NoiseRun> find_noise_runs(std::span<const ChunkRef> chunks,
                                      const std::function<bool(std::size_t)>& is_wanted);

/// Whether a block of a pack was laid out so that a file can share it (PackBuilder::append_as_in),
/// and goes on whole: `kept` of its members do. Shorter ones cannot be told from others.
bool is_noise_run(const BlockView& view, std::size_t kept);

}  // namespace mlops::store
