#include "codec/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mlops::codec {

namespace {

constexpr std::uint32_t kReversedPolynomial = 0x82F63B78U;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kReversedPolynomial : 0U);
    }
    table[i] = crc;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = make_table();

std::uint32_t update_with_table(std::uint32_t crc, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    crc = kTable[(crc ^ byte) & 0xFFU] ^ (crc >> 8U);
  }
  return crc;
}

#if defined(__x86_64__)
constexpr std::size_t kLaneBytes = 256;

/// What `count` zero bytes do to a crc is linear: one table a byte of it.
using Shift = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr Shift make_shift(std::size_t count) {
  std::array<std::uint32_t, 32> columns{};
  for (std::size_t bit = 0; bit < columns.size(); ++bit) {
    std::uint32_t crc = 1U << bit;
    for (std::size_t i = 0; i < count; ++i) {
      crc = kTable[crc & 0xFFU] ^ (crc >> 8U);
    }
    columns[bit] = crc;
  }
  Shift shift{};
  for (std::size_t place = 0; place < shift.size(); ++place) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      for (std::size_t bit = 0; bit < 8; ++bit) {
        shift[place][byte] ^= ((byte >> bit) & 1U) != 0 ? columns[place * 8 + bit] : 0U;
      }
    }
  }
  return shift;
}

constexpr Shift kShiftLane = make_shift(kLaneBytes);

std::uint32_t shift_lane(std::uint64_t crc) {
  return kShiftLane[0][crc & 0xFFU] ^ kShiftLane[1][(crc >> 8U) & 0xFFU] ^
         kShiftLane[2][(crc >> 16U) & 0xFFU] ^ kShiftLane[3][(crc >> 24U) & 0xFFU];
}

std::uint64_t load_word(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  return word;
}

/// The instruction takes three cycles but one can start in each: three lanes at a time. (Gopal et
/// al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel 2011)
__attribute__((target("sse4.2"))) std::uint32_t update_with_sse42(
    std::uint32_t crc, std::span<const std::uint8_t> bytes) {
  std::uint64_t wide = crc;
  while (bytes.size() >= 3 * kLaneBytes) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t at = 0; at < kLaneBytes; at += sizeof(std::uint64_t)) {
      wide = _mm_crc32_u64(wide, load_word(bytes, at));
      second = _mm_crc32_u64(second, load_word(bytes, kLaneBytes + at));
      third = _mm_crc32_u64(third, load_word(bytes, 2 * kLaneBytes + at));
    }
    wide = shift_lane(shift_lane(wide) ^ second) ^ third;
    bytes = bytes.subspan(3 * kLaneBytes);
  }
  while (bytes.size() >= sizeof(std::uint64_t)) {
    wide = _mm_crc32_u64(wide, load_word(bytes, 0));
    bytes = bytes.subspan(sizeof(std::uint64_t));
  }
  crc = static_cast<std::uint32_t>(wide);
  for (const std::uint8_t byte : bytes) {
    crc = _mm_crc32_u8(crc, byte);
  }
  return crc;
}
#endif

using Update = std::uint32_t (*)(std::uint32_t, std::span<const std::uint8_t>);

Update fastest_update() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") != 0) {
    return update_with_sse42;
  }
#endif
  return update_with_table;
}

}  // namespace

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
  static const Update update = fastest_update();
  return ~update(~0U, bytes);
}

std::uint32_t crc32c_portable(std::span<const std::uint8_t> bytes) {
  return ~update_with_table(~0U, bytes);
}

}  // namespace mlops::codec
