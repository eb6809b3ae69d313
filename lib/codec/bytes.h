#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::codec {

using Bytes = std::vector<std::uint8_t>;

std::span<const std::uint8_t> as_bytes(std::string_view text);
std::string_view as_text(std::span<const std::uint8_t> bytes);

/// Reads little-endian fields from bytes that nobody trusts. Every read is bounded; running past
/// the end is Error{corrupt} that names `what` (the file or object) and the offset.
class ByteReader {
 public:
  ByteReader(std::span<const std::uint8_t> bytes, std::string what);
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  /// Unsigned LEB128, at most 10 bytes, shortest form only.
  std::uint64_t varint();
  std::span<const std::uint8_t> take(std::size_t count);
  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return bytes_.size() - offset_; }
  bool at_end() const { return remaining() == 0; }
  /// Throws Error{corrupt}: "<what>: <problem> at offset <n>".
  [[noreturn]] void fail(std::string_view problem) const;
  /// Error{corrupt} unless all bytes were read.
  void expect_end() const;

 private:
  std::span<const std::uint8_t> bytes_;
  std::string what_;
  std::size_t offset_ = 0;
};

/// Appends little-endian fields.
class ByteWriter {
 public:
  void u8(std::uint8_t value);
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void varint(std::uint64_t value);
  void put(std::span<const std::uint8_t> bytes);
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  std::size_t size() const { return bytes_.size(); }
  const Bytes& bytes() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace mlops::codec
