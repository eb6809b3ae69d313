#include "codec/bytes.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mlops::codec {

namespace {

template <typename Int>
Int little_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Int); ++i) {
    value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return static_cast<Int>(value);
}

template <typename Int>
void append_little_endian(Bytes& out, Int value) {
  for (std::size_t i = 0; i < sizeof(Int); ++i) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
  }
}

constexpr unsigned kVarintBits = 7;
constexpr std::uint8_t kMoreFollows = 0x80;
constexpr unsigned kLastVarintShift = 63;  ///< the tenth byte holds one bit

}  // namespace

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteReader::ByteReader(std::span<const std::uint8_t> bytes, std::string what)
    : bytes_(bytes), what_(std::move(what)) {}

std::uint8_t ByteReader::u8() {
  return take(1)[0];
}
std::uint16_t ByteReader::u16() {
  return little_endian<std::uint16_t>(take(2));
}
std::uint32_t ByteReader::u32() {
  return little_endian<std::uint32_t>(take(4));
}
std::uint64_t ByteReader::u64() {
  return little_endian<std::uint64_t>(take(8));
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift <= kLastVarintShift; shift += kVarintBits) {
    const std::uint8_t byte = u8();
    if (shift == kLastVarintShift && byte > 1) {
      fail("a number beyond 64 bits");
    }
    if (byte == 0 && shift > 0) {
      fail("a number that is not in its shortest form");
    }
    value |= static_cast<std::uint64_t>(byte & ~kMoreFollows) << shift;
    if ((byte & kMoreFollows) == 0) {
      return value;
    }
  }
  fail("a number beyond 64 bits");
}

std::span<const std::uint8_t> ByteReader::take(std::size_t count) {
  if (count > remaining()) {
    fail(fmt::format("{} bytes expected, {} left", count, remaining()));
  }
  const std::span<const std::uint8_t> out = bytes_.subspan(offset_, count);
  offset_ += count;
  return out;
}

void ByteReader::fail(std::string_view problem) const {
  throw Error(ErrorKind::corrupt, fmt::format("{}: {} at offset {}", what_, problem, offset_));
}

void ByteReader::expect_end() const {
  if (!at_end()) {
    fail(fmt::format("{} bytes too many", remaining()));
  }
}

void ByteWriter::u8(std::uint8_t value) {
  bytes_.push_back(value);
}
void ByteWriter::u16(std::uint16_t value) {
  append_little_endian(bytes_, value);
}
void ByteWriter::u32(std::uint32_t value) {
  append_little_endian(bytes_, value);
}
void ByteWriter::u64(std::uint64_t value) {
  append_little_endian(bytes_, value);
}

void ByteWriter::varint(std::uint64_t value) {
  while (value >= kMoreFollows) {
    bytes_.push_back(static_cast<std::uint8_t>(value | kMoreFollows));
    value >>= kVarintBits;
  }
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::put(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

}  // namespace mlops::codec
