#include "table/byte_masks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace mlops::table {
namespace {

std::uint64_t bit_if(bool is_set, std::size_t place) {
  return static_cast<std::uint64_t>(is_set ? 1 : 0) << place;
}

void classify_portable(const char* text, std::size_t blocks, char delimiter, ByteMasks* masks) {
  for (std::size_t block = 0; block < blocks; ++block, text += kMaskBytes) {
    ByteMasks found;
    for (std::size_t i = 0; i < kMaskBytes; ++i) {
      const char c = text[i];
      found.newline |= bit_if(c == '\n', i);
      found.delimiter |= bit_if(c == delimiter, i);
      found.carriage_return |= bit_if(c == '\r', i);
      found.odd |= bit_if(c == '"' || c == '\0' || static_cast<unsigned char>(c) >= 0x80U, i);
    }
    masks[block] = found;
  }
}

#if defined(__x86_64__)

// Part of every x86-64 processor.
void classify_sse2(const char* text, std::size_t blocks, char delimiter, ByteMasks* masks) {
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i between = _mm_set1_epi8(delimiter);
  const __m128i carriage_return = _mm_set1_epi8('\r');
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i zero = _mm_setzero_si128();
  for (std::size_t block = 0; block < blocks; ++block) {
    ByteMasks found;
    for (unsigned part = 0; part < kMaskBytes; part += 16, text += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
      const auto mask = [&](__m128i hits) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(hits)))
               << part;
      };
      found.newline |= mask(_mm_cmpeq_epi8(bytes, newline));
      found.delimiter |= mask(_mm_cmpeq_epi8(bytes, between));
      found.carriage_return |= mask(_mm_cmpeq_epi8(bytes, carriage_return));
      // The top bit of a byte is its own mask.
      const __m128i odd = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, zero));
      found.odd |= mask(_mm_or_si128(odd, bytes));
    }
    masks[block] = found;
  }
}

// Compiled for processors that have it, and called only there.
__attribute__((target("avx2"))) void classify_avx2(const char* text,
                                                   std::size_t blocks,
                                                   char delimiter,
                                                   ByteMasks* masks) {
  const __m256i newline = _mm256_set1_epi8('\n');
  const __m256i between = _mm256_set1_epi8(delimiter);
  const __m256i carriage_return = _mm256_set1_epi8('\r');
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i zero = _mm256_setzero_si256();
  for (std::size_t block = 0; block < blocks; ++block) {
    ByteMasks found;
    for (unsigned part = 0; part < kMaskBytes; part += 32, text += 32) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
      const __m256i odd =
          _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, zero));
      found.newline |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(
                           _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, newline))))
                       << part;
      found.delimiter |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(
                             _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, between))))
                         << part;
      found.carriage_return |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(
                                   _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, carriage_return))))
                               << part;
      found.odd |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(
                       _mm256_movemask_epi8(_mm256_or_si256(odd, bytes))))
                   << part;
    }
    masks[block] = found;
  }
}

#elif defined(__aarch64__)

// NEON has no movemask: each byte keeps its own bit, and pairs are added up to one mask.
std::uint64_t mask_of(const uint8x16_t* hits) {
  const uint8x16_t bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t low = vpaddq_u8(vandq_u8(hits[0], bits), vandq_u8(hits[1], bits));
  const uint8x16_t high = vpaddq_u8(vandq_u8(hits[2], bits), vandq_u8(hits[3], bits));
  const uint8x16_t half = vpaddq_u8(low, high);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(half, half)), 0);
}

void classify_neon(const char* text, std::size_t blocks, char delimiter, ByteMasks* masks) {
  const uint8x16_t newline = vdupq_n_u8('\n');
  const uint8x16_t between = vdupq_n_u8(static_cast<std::uint8_t>(delimiter));
  const uint8x16_t carriage_return = vdupq_n_u8('\r');
  const uint8x16_t quote = vdupq_n_u8('"');
  const uint8x16_t zero = vdupq_n_u8(0);
  const uint8x16_t top = vdupq_n_u8(0x80);
  for (std::size_t block = 0; block < blocks; ++block, text += kMaskBytes) {
    uint8x16_t newlines[4];
    uint8x16_t delimiters[4];
    uint8x16_t returns[4];
    uint8x16_t odd[4];
    for (unsigned part = 0; part < 4; ++part) {
      const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const std::uint8_t*>(text) + 16 * part);
      newlines[part] = vceqq_u8(bytes, newline);
      delimiters[part] = vceqq_u8(bytes, between);
      returns[part] = vceqq_u8(bytes, carriage_return);
      odd[part] =
          vorrq_u8(vorrq_u8(vceqq_u8(bytes, quote), vceqq_u8(bytes, zero)), vcgeq_u8(bytes, top));
    }
    masks[block] = {mask_of(newlines), mask_of(delimiters), mask_of(returns), mask_of(odd)};
  }
}

#endif

}  // namespace

std::vector<ByteClassifier> byte_classifiers() {
  std::vector<ByteClassifier> found{{"portable", classify_portable}};
#if defined(__x86_64__)
  found.push_back({"sse2", classify_sse2});
  if (__builtin_cpu_supports("avx2") != 0) {
    found.push_back({"avx2", classify_avx2});
  }
#elif defined(__aarch64__)
  found.push_back({"neon", classify_neon});
#endif
  return found;
}

ClassifyBytes fastest_classifier() {
  static const ClassifyBytes fastest = byte_classifiers().back().classify;
  return fastest;
}

}  // namespace mlops::table
