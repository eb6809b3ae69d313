#include "codec/decoder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/bytes.h"
#include "support/compress.h"

namespace mlops::codec {
namespace {

/// All that `decoder` makes of the bytes, which it gets and gives in pieces.
std::string decode(Decoder& decoder,
                   std::string_view compressed,
                   std::size_t in_piece,
                   std::size_t out_piece) {
  std::string plain;
  std::vector<std::uint8_t> out(out_piece);
  for (;;) {
    std::span<const std::uint8_t> in = as_bytes(compressed.substr(0, in_piece));
    const std::size_t offered = in.size();
    const std::size_t count = decoder.decode(in, out);
    compressed.remove_prefix(offered - in.size());
    plain.append(as_text(std::span(out).first(count)));
    if (count == 0 && compressed.empty()) {
      decoder.finish();
      return plain;
    }
  }
}

using Open = std::unique_ptr<Decoder> (*)();

std::string decode(Open open, std::string_view compressed) {
  const std::string whole = decode(*open(), compressed, 1U << 20U, 1U << 16U);
  CHECK(decode(*open(), compressed, 1, 7) == whole);
  CHECK(decode(*open(), compressed, 1U << 20U, 1) == whole);
  return whole;
}

std::string refusal(Open open, std::string_view compressed) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20U}) {
    try {
      decode(*open(), compressed, piece, 100);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      if (piece > 1) {
        return error.message();
      }
      continue;
    }
    return "";
  }
  return "";
}

std::string sample() {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += std::to_string(i * 7919) + ",";
  }
  return text;
}

}  // namespace

TEST_CASE("gzip, DEFLATE and zstd come back in pieces of any size") {
  for (const std::string& text : {std::string(), std::string("a"), sample()}) {
    CHECK(decode(open_gzip_decoder, test::gzip_of(text)) == text);
    CHECK(decode(open_deflate_decoder, test::deflate_of(text)) == text);
    CHECK(decode(open_zstd_decoder, test::zstd_of(text)) == text);
  }
}

TEST_CASE("several members are one text") {
  CHECK(decode(open_gzip_decoder, test::gzip_of("ab") + test::gzip_of("") + test::gzip_of("c")) ==
        "abc");
  const std::string skippable = std::string("\x50\x2A\x4D\x18\x03\0\0\0xyz", 11);
  CHECK(decode(open_zstd_decoder,
               test::zstd_of("ab") + skippable + test::zstd_of("") + test::zstd_of("c")) == "abc");
}

TEST_CASE("a file that was cut off anywhere is refused") {
  const std::string gzip = test::gzip_of("some text") + test::gzip_of("more");
  const std::string zstd = test::zstd_of("some text") + test::zstd_of("more");
  const std::size_t first_gzip = test::gzip_of("some text").size();
  const std::size_t first_zstd = test::zstd_of("some text").size();
  CHECK(refusal(open_gzip_decoder, "") == "there are no compressed bytes");
  CHECK(refusal(open_zstd_decoder, "") == "there are no compressed bytes");
  for (std::size_t size = 1; size < gzip.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(open_gzip_decoder, gzip.substr(0, size)) ==
          (size == first_gzip ? "" : "the compressed bytes are cut off"));
  }
  for (std::size_t size = 1; size < zstd.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(open_zstd_decoder, zstd.substr(0, size)) ==
          (size == first_zstd ? "" : "the compressed bytes are cut off"));
  }
}

TEST_CASE("what follows the end is refused") {
  CHECK(refusal(open_gzip_decoder, test::gzip_of("a") + "xyz") ==
        "what follows the compressed bytes is no gzip");
  CHECK(refusal(open_gzip_decoder, test::gzip_of("a") + std::string(16, '\0')) ==
        "what follows the compressed bytes is no gzip");
  CHECK(refusal(open_zstd_decoder, test::zstd_of("a") + "xyzxyz") ==
        "what follows the compressed bytes is no zstd");
  CHECK(refusal(open_deflate_decoder, test::deflate_of("a") + "x") ==
        "bytes follow the compressed ones");
}

TEST_CASE("damage and other formats are refused") {
  const std::string text = sample();
  std::string gzip = test::gzip_of(text);
  CHECK(refusal(open_gzip_decoder, "id,x\n1,2\n") ==
        "the compressed bytes are damaged (incorrect header check)");
  CHECK(refusal(open_zstd_decoder, "id,x\n1,2\n") ==
        "the compressed bytes are damaged (Unknown frame descriptor)");
  gzip[gzip.size() - 8] = static_cast<char>(gzip[gzip.size() - 8] ^ 1);
  CHECK(refusal(open_gzip_decoder, gzip) ==
        "the compressed bytes are damaged (incorrect data check)");
  CHECK(refusal(open_gzip_decoder, test::zstd_of(text)) != "");
  CHECK(refusal(open_zstd_decoder, test::gzip_of(text)) != "");
}

TEST_CASE("a zstd window of more than 128 MiB is refused") {
  CHECK(decode(*open_zstd_decoder(), test::zstd_of("abc", 27), 1U << 20U, 100) == "abc");
  CHECK(refusal(open_zstd_decoder, test::zstd_of("abc", 28)) ==
        "the compressed bytes want a window of more than 128 MiB");
}

TEST_CASE("the sum of zip goes on where it left off") {
  CHECK(crc32(0, as_bytes("123456789")) == 0xCBF43926U);
  CHECK(crc32(crc32(0, as_bytes("1234")), as_bytes("56789")) == 0xCBF43926U);
  CHECK(crc32(0, {}) == 0);
}

}  // namespace mlops::codec
