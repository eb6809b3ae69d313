#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/decoder.h"
#include "fuzz/table/arrays.h"

namespace {

using namespace mlops;

std::size_t get_u16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return bytes[at] | (std::size_t{bytes[at + 1]} << 8U);
}

/// Makes the sums of stored members right, wherever something looks like an entry of a directory.
std::vector<std::uint8_t> with_right_sums(std::vector<std::uint8_t> bytes) {
  constexpr std::string_view kEntry = "PK\x01\x02";
  for (std::size_t at = 0; at + 46 <= bytes.size(); ++at) {
    const std::size_t place = fuzz::get_u32(bytes, at + 42);
    if (fuzz::as_text(&bytes[at], 4) != kEntry || place + 30 > bytes.size()) {
      continue;
    }
    const std::size_t begin = place + 30 + get_u16(bytes, place + 26) + get_u16(bytes, place + 28);
    const std::size_t stored = fuzz::get_u32(bytes, at + 20);
    if (begin <= bytes.size() && stored <= bytes.size() - begin) {
      const std::uint32_t sum = codec::crc32(0, std::span(bytes).subspan(begin, stored));
      fuzz::put_u32(bytes, at + 16, sum);
      fuzz::put_u32(bytes, place + 14, sum);
    }
  }
  return bytes;
}

}  // namespace

/// An NPZ file: the directory of the zip file and what its members say about themselves.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch kScratch;
  const table::Source source{kScratch.path() / "t.npz", "t.npz", table::Format::npz};
  fuzz::Scratch::write(source.path, fuzz::as_text(data, size));
  fuzz::read_arrays_as_table(source, kScratch);
  const std::vector<std::uint8_t> mended = with_right_sums({data, data + size});
  fuzz::Scratch::write(source.path, fuzz::as_text(mended.data(), mended.size()));
  fuzz::read_arrays_as_table(source, kScratch);
  return 0;
}
