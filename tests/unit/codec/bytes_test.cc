#include "codec/bytes.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using mlops::Error;
using mlops::ErrorKind;
using mlops::codec::ByteReader;
using mlops::codec::Bytes;
using mlops::codec::ByteWriter;

namespace {

/// The message of the Error{corrupt} that `act` throws, or "" when it throws none.
template <typename Act>
std::string corruption(Act act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("fields are little-endian") {
  ByteWriter out;
  out.u8(0x01);
  out.u16(0x0302);
  out.u32(0x07060504);
  out.u64(0x0F0E0D0C0B0A0908);
  const Bytes expected{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  CHECK(out.bytes() == expected);
  CHECK(out.size() == 15);

  ByteReader in(expected, "x");
  CHECK(in.u8() == 0x01);
  CHECK(in.u16() == 0x0302);
  CHECK(in.u32() == 0x07060504);
  CHECK(in.u64() == 0x0F0E0D0C0B0A0908);
  CHECK(in.at_end());
  CHECK_NOTHROW(in.expect_end());
}

TEST_CASE("the largest fields come back") {
  ByteWriter out;
  out.u16(UINT16_MAX);
  out.u32(UINT32_MAX);
  out.u64(UINT64_MAX);
  const Bytes bytes = out.take();
  ByteReader in(bytes, "x");
  CHECK(in.u16() == UINT16_MAX);
  CHECK(in.u32() == UINT32_MAX);
  CHECK(in.u64() == UINT64_MAX);
}

TEST_CASE("no read passes the end, and a failed read takes nothing") {
  const Bytes bytes{1, 2, 3, 4, 5, 6, 7};
  ByteReader in(std::span<const std::uint8_t>(bytes).first(1), "pack 'p'");
  CHECK(corruption([&] { in.u16(); }) == "pack 'p': 2 bytes expected, 1 left at offset 0");
  CHECK(in.offset() == 0);
  CHECK(in.u8() == 1);
  CHECK(corruption([&] { in.u8(); }) == "pack 'p': 1 bytes expected, 0 left at offset 1");

  ByteReader seven(bytes, "x");
  CHECK_FALSE(corruption([&] { seven.u64(); }).empty());
  CHECK_FALSE(corruption([&] { seven.take(8); }).empty());
  CHECK_FALSE(corruption([&] { seven.take(SIZE_MAX); }).empty());
  CHECK(seven.take(7).size() == 7);
  CHECK(seven.take(0).empty());
}

TEST_CASE("expect_end refuses what follows") {
  const Bytes bytes{1, 2, 3};
  ByteReader in(bytes, "x");
  in.u8();
  CHECK(corruption([&] { in.expect_end(); }) == "x: 2 bytes too many at offset 1");
}

TEST_CASE("varints come back from every length") {
  const std::uint64_t value = GENERATE(as<std::uint64_t>(),
                                       0,
                                       1,
                                       127,
                                       128,
                                       16383,
                                       16384,
                                       1ULL << 62U,
                                       (1ULL << 63U) - 1,
                                       1ULL << 63U,
                                       UINT64_MAX);
  ByteWriter out;
  out.varint(value);
  ByteReader in(out.bytes(), "x");
  CHECK(in.varint() == value);
  CHECK(in.at_end());
}

TEST_CASE("varints have one form and 64 bits") {
  const auto refuses = [](const Bytes& bytes) {
    return !corruption([&] { ByteReader(bytes, "x").varint(); }).empty();
  };
  CHECK(refuses({}));
  CHECK(refuses({0x80}));
  CHECK(refuses({0x80, 0x00}));        // 0 in two bytes
  CHECK(refuses({0xFF, 0x80, 0x00}));  // 127 in three
  CHECK(refuses({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}));
  CHECK(refuses({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00}));
  CHECK(refuses(Bytes(100, 0x80)));
  CHECK(refuses(Bytes(100, 0xFF)));
  CHECK_FALSE(refuses({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));
}

TEST_CASE("text and bytes are views of each other") {
  CHECK(mlops::codec::as_text(mlops::codec::as_bytes("abc")) == "abc");
  CHECK(mlops::codec::as_bytes("").empty());
}
