#include "codec/zstd.h"

#include <initializer_list>
#include <string>
#include <utility>

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <zstd.h>

#include "base/error.h"
#include "codec/bytes.h"

using mlops::Error;
using mlops::ErrorKind;
using mlops::codec::as_bytes;
using mlops::codec::Bytes;
using mlops::codec::zstd_compress;
using mlops::codec::zstd_decompress;

namespace {

Bytes sample(std::size_t size) {
  Bytes out(size);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : out) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>('a' + (state >> 30U));
  }
  return out;
}

/// What decoding `frame` into `size` bytes is refused for, or "" when it works.
std::string refusal(const Bytes& frame, std::size_t size) {
  Bytes out(size);
  try {
    zstd_decompress(frame, out);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    return error.message();
  }
  return {};
}

bool holds(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

/// A frame made with one setting of zstd that our own frames do not have.
Bytes compress_with(std::initializer_list<std::pair<ZSTD_cParameter, int>> settings,
                    const Bytes& plain) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  for (const auto& [name, value] : settings) {
    REQUIRE(ZSTD_isError(ZSTD_CCtx_setParameter(context, name, value)) == 0);
  }
  Bytes out(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size());
  ZSTD_freeCCtx(context);
  REQUIRE(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("bytes come back at every size and level") {
  const std::size_t size = GENERATE(as<std::size_t>(), 0, 1, 100, 255, 256, 70000, 3U << 20U);
  const int level = GENERATE(1, 3, 9);
  const Bytes plain = sample(size);
  Bytes out(size);
  zstd_decompress(zstd_compress(plain, level), out);
  CHECK(out == plain);
}

TEST_CASE("a frame fits its own size only") {
  const Bytes frame = zstd_compress(sample(1000), 1);
  CHECK(holds(refusal(frame, 999), "holds 1000 bytes instead of 999"));
  CHECK(holds(refusal(frame, 1001), "holds 1000 bytes instead of 1001"));
  CHECK(holds(refusal(frame, 0), "instead of 0"));
}

TEST_CASE("a frame without content size is refused", "[case-29]") {
  const Bytes plain = sample(1000);
  CHECK(holds(refusal(compress_with({{ZSTD_c_contentSizeFlag, 0}}, plain), 1000),
              "does not tell its size"));
}

TEST_CASE("a skippable frame is refused, alone and in front", "[case-29]") {
  const Bytes skippable{0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
  CHECK(holds(refusal(skippable, 4), "skippable"));
  CHECK(holds(refusal(skippable, 0), "skippable"));
  CHECK(holds(refusal(skippable + zstd_compress(sample(10), 1), 10), "skippable"));
}

TEST_CASE("nothing may follow the frame", "[case-29]") {
  const Bytes frame = zstd_compress(sample(100), 1);
  CHECK(holds(refusal(frame + frame, 100), "bytes follow"));
  CHECK_FALSE(refusal(frame + frame, 200).empty());
  CHECK(holds(refusal(frame + Bytes{0}, 100), "1 bytes follow"));
  CHECK(holds(refusal(frame + Bytes{0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0}, 100), "8 bytes follow"));
}

TEST_CASE("a frame with a dictionary id is refused", "[case-29]") {
  // The frame header by hand: magic, descriptor (single segment, 1-byte dictionary id), id, size;
  // then one last raw block of four bytes.
  const Bytes frame{0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 4, 0x21, 0, 0, 'a', 'b', 'c', 'd'};
  CHECK(holds(refusal(frame, 4), "dictionary 7"));
  Bytes without = frame;
  without[4] = 0x20;
  without.erase(without.begin() + 5);
  CHECK(refusal(without, 4).empty());
}

TEST_CASE("a window larger than the output is refused before anything is allocated", "[case-29]") {
  // Not a single segment: descriptor with 8-byte size, window byte 0xF8 = 2 TiB.
  const Bytes frame{0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0xA8, 4,   0,   0,   0,  0,
                    0,    0,    0,    0x21, 0,    0,    'a', 'b', 'c', 'd'};
  CHECK(holds(refusal(frame, 4), "window"));
  Bytes huge = frame;
  huge[5] = 0xF8;
  CHECK_FALSE(refusal(huge, 4).empty());
}

TEST_CASE("a bomb decodes to its declared size or not at all", "[case-29]") {
  // Descriptor 0xA0: single segment, 4-byte size. Two RLE blocks of 128 KiB, one byte each.
  const auto bomb = [](std::uint32_t declared) {
    Bytes frame{0x28, 0xB5, 0x2F, 0xFD, 0xA0};
    for (unsigned shift = 0; shift < 32; shift += 8) {
      frame.push_back(static_cast<std::uint8_t>(declared >> shift));
    }
    return frame + Bytes{0x02, 0x00, 0x10, 'x', 0x03, 0x00, 0x10, 'x'};
  };
  constexpr std::uint32_t kTwoBlocks = 2U << 17U;
  CHECK(refusal(bomb(kTwoBlocks), kTwoBlocks).empty());
  CHECK_FALSE(refusal(bomb(kTwoBlocks - 1), kTwoBlocks - 1).empty());
  CHECK_FALSE(refusal(bomb(kTwoBlocks + 1), kTwoBlocks + 1).empty());
  CHECK_FALSE(refusal(bomb(100), 100).empty());
  CHECK_FALSE(refusal(bomb(UINT32_MAX), 100).empty());
}

TEST_CASE("what a frame claims costs no memory", "[case-29]") {
  // Peak memory of the process, in KiB: it never falls, so any claim that was believed would show.
  const auto peak = [] {
    rusage usage{};
    REQUIRE(::getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_maxrss;
  };
  const Bytes small_output(4);
  const long before = peak();
  for (unsigned exponent = 0; exponent < 32; ++exponent) {
    // Not a single segment, 8-byte content size: windows of 1 KiB to 2 TiB for four bytes.
    Bytes frame{0x28, 0xB5, 0x2F, 0xFD, 0xC0, static_cast<std::uint8_t>(exponent << 3U)};
    frame = frame + Bytes{4, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0, 'a', 'b', 'c', 'd'};
    CAPTURE(exponent);
    CHECK_FALSE(refusal(frame, small_output.size()).empty());
    // The same, and the content as large as the window.
    for (std::size_t i = 0; i < 8; ++i) {
      frame[6 + i] = static_cast<std::uint8_t>((std::uint64_t{1024} << exponent) >> (8 * i));
    }
    CHECK_FALSE(refusal(frame, small_output.size()).empty());
  }
  CHECK(peak() - before < 8 * 1024);
}

TEST_CASE("a cut frame is refused at every length") {
  const Bytes frame = zstd_compress(sample(1000), 1);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    if (refusal(Bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)), 1000)
            .empty()) {
      FAIL("cut to " << size << " bytes");
    }
  }
}

TEST_CASE("damage is refused or decodes to the right size, never beyond") {
  const Bytes frame = zstd_compress(sample(500), 1);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes damaged = frame;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ (1U << bit));
      // The address sanitizer watches the edges of the output; zstd itself keeps no checksum here.
      refusal(damaged, 500);
    }
  }
}

TEST_CASE("what is no zstd is refused, old formats too") {
  CHECK_FALSE(refusal({}, 0).empty());
  CHECK_FALSE(refusal(Bytes(100, 0), 100).empty());
  CHECK_FALSE(refusal(Bytes{0x27, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0}, 4).empty());  // v0.7
  CHECK_FALSE(refusal(Bytes{0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0}, 4).empty());
}
