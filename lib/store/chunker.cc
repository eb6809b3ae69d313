#include "store/chunker.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "codec/bytes.h"
#include "codec/sha256.h"

namespace mlops::store {

namespace {

using GearTable = std::array<std::uint64_t, 256>;

// The hash covers the last 64 bytes: older ones have been shifted out.
constexpr std::size_t kWindow = 64;
// A position is a cut when the hash is below the limit: 18 zero bits before the average size, 14
// after it (normalised chunking, level 2).
constexpr std::uint64_t kLimitBelowAverage = std::uint64_t{1} << (64U - 18U);
constexpr std::uint64_t kLimitAboveAverage = std::uint64_t{1} << (64U - 14U);
constexpr std::size_t kLanes = 4;
constexpr std::size_t kLaneBytes = 2048;

GearTable make_gear_table() {
  constexpr std::string_view kSeed = "mlops chunker profile 1";
  GearTable table{};
  for (std::size_t value = 0; value < table.size(); ++value) {
    codec::Sha256 hasher;
    hasher.update(codec::as_bytes(kSeed));
    hasher.update(std::array<std::uint8_t, 1>{static_cast<std::uint8_t>(value)});
    const codec::Digest digest = hasher.finish();
    for (std::size_t i = 8; i-- > 0;) {
      table[value] = (table[value] << 8U) | digest[i];
    }
  }
  return table;
}

const GearTable& gear_table() {
  static const GearTable table = make_gear_table();
  return table;
}

/// The hash just before position `at`, that is, over the 63 bytes ahead of byte at - 1.
std::uint64_t warm_up(const GearTable& gear, const std::uint8_t* data, std::size_t at) {
  std::uint64_t hash = 0;
  for (std::size_t i = at - kWindow; i + 1 < at; ++i) {
    hash = (hash << 1U) + gear[data[i]];
  }
  return hash;
}

/// The first cut in [from, to], or 0: one byte at a time.
std::size_t scan(const GearTable& gear,
                 const std::uint8_t* data,
                 std::size_t from,
                 std::size_t to,
                 std::uint64_t limit) {
  std::uint64_t hash = warm_up(gear, data, from);
  for (std::size_t at = from; at <= to; ++at) {
    hash = (hash << 1U) + gear[data[at - 1]];
    if (hash < limit) {
      return at;
    }
  }
  return 0;
}

/// The first cut in [from, from + kLanes × kLaneBytes), or 0. The lanes are independent, since the
/// hash is local: the processor works on four at once, where one is bound by latency.
std::size_t scan_lanes(const GearTable& gear,
                       const std::uint8_t* data,
                       std::size_t from,
                       std::uint64_t limit) {
  const std::uint8_t* lane0 = data + from - 1;
  const std::uint8_t* lane1 = lane0 + kLaneBytes;
  const std::uint8_t* lane2 = lane1 + kLaneBytes;
  const std::uint8_t* lane3 = lane2 + kLaneBytes;
  std::uint64_t hash0 = warm_up(gear, data, from);
  std::uint64_t hash1 = warm_up(gear, data, from + kLaneBytes);
  std::uint64_t hash2 = warm_up(gear, data, from + 2 * kLaneBytes);
  std::uint64_t hash3 = warm_up(gear, data, from + 3 * kLaneBytes);
  std::size_t found = 0;
  const auto note = [&](std::uint64_t hash, std::size_t at) {
    if (hash < limit && (found == 0 || at < found)) {
      found = at;
    }
  };
  for (std::size_t i = 0; i < kLaneBytes; ++i) {
    hash0 = (hash0 << 1U) + gear[lane0[i]];
    hash1 = (hash1 << 1U) + gear[lane1[i]];
    hash2 = (hash2 << 1U) + gear[lane2[i]];
    hash3 = (hash3 << 1U) + gear[lane3[i]];
    // A branch a lane, hardly ever taken: std::min takes addresses, and keeps the hashes in memory.
    if (hash0 < limit || hash1 < limit || hash2 < limit || hash3 < limit) [[unlikely]] {
      if (hash0 < limit) {
        return from + i;
      }
      note(hash1, from + i + kLaneBytes);
      note(hash2, from + i + 2 * kLaneBytes);
      note(hash3, from + i + 3 * kLaneBytes);
    }
  }
  return found;
}

/// The first cut in [from, to], or 0.
std::size_t find_cut(const GearTable& gear,
                     const std::uint8_t* data,
                     std::size_t from,
                     std::size_t to,
                     std::uint64_t limit) {
  while (from + kLanes * kLaneBytes <= to + 1) {
    if (const std::size_t at = scan_lanes(gear, data, from, limit); at != 0) {
      return at;
    }
    from += kLanes * kLaneBytes;
  }
  return from <= to ? scan(gear, data, from, to, limit) : 0;
}

}  // namespace

std::uint64_t gear_value(std::uint8_t byte) {
  return gear_table()[byte];
}

std::size_t cut(std::span<const std::uint8_t> data) {
  using P = ChunkerProfile;
  if (data.size() <= P::kMin) {
    return data.size();
  }
  const GearTable& gear = gear_table();
  const std::size_t end = std::min(data.size(), P::kMax);
  const std::size_t middle = std::min(end, P::kAverage - 1);
  std::size_t at = find_cut(gear, data.data(), P::kMin, middle, kLimitBelowAverage);
  if (at == 0 && end >= P::kAverage) {
    at = find_cut(gear, data.data(), P::kAverage, end, kLimitAboveAverage);
  }
  return at == 0 ? end : at;
}

std::vector<std::size_t> cut_all(std::span<const std::uint8_t> data) {
  std::vector<std::size_t> ends;
  std::size_t start = 0;
  while (start < data.size()) {
    start += cut(data.subspan(start));
    ends.push_back(start);
  }
  return ends;
}

}  // namespace mlops::store
