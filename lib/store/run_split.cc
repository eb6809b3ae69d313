#include "store/run_split.h"

#include "codec/bytes.h"
#include "codec/crc32c.h"

namespace mlops::store {

std::vector<std::size_t> split_runs(std::span<const std::uint32_t> hashes) {
  constexpr std::uint32_t kMask = (1U << 10U) - 1U;
  if (hashes.size() <= kMaxRun) {
    return {hashes.size()};
  }
  std::vector<std::size_t> ends;
  std::size_t start = 0;
  for (std::size_t at = 1; at <= hashes.size(); ++at) {
    const std::size_t length = at - start;
    if (at == hashes.size() || length == kMaxRun ||
        (length >= kMinRun && (hashes[at - 1] & kMask) == 0)) {
      ends.push_back(at);
      start = at;
    }
  }
  return ends;
}

std::uint32_t split_hash(std::string_view name) {
  return codec::crc32c(codec::as_bytes(name));
}

std::uint32_t split_hash(const ObjectId& id) {
  return static_cast<std::uint32_t>(id.bytes[0]) | static_cast<std::uint32_t>(id.bytes[1]) << 8U |
         static_cast<std::uint32_t>(id.bytes[2]) << 16U |
         static_cast<std::uint32_t>(id.bytes[3]) << 24U;
}

}  // namespace mlops::store
