#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/crc32c.h"
#include "fuzz/harness.h"
#include "store/fsck.h"

namespace {

using namespace mlops;
using namespace mlops::store;
using Bytes = std::span<const std::uint8_t>;

/// The same pack with the sums of header, blocks, contents and tail made right.
std::vector<std::uint8_t> with_sums(Bytes data) {
  std::vector<std::uint8_t> pack(data.begin(), data.end());
  if (pack.size() < kPackHeaderBytes + kPackTailBytes) {
    return pack;
  }
  const std::span<std::uint8_t> bytes(pack);
  const auto sum = [&](std::size_t at, std::size_t length) {
    return codec::crc32c(bytes.subspan(at, length));
  };
  fuzz::put_u32(bytes, kPackHeaderBytes - 4, sum(0, kPackHeaderBytes - 4));
  const std::size_t tail = pack.size() - kPackTailBytes;
  const std::size_t toc = fuzz::get_u32(bytes, tail);
  if (toc <= tail) {
    fuzz::put_u32(bytes, tail + 12, sum(toc, tail - toc));
  }
  fuzz::put_u32(bytes, tail + 16, sum(tail, 16));
  for (std::size_t at = kPackHeaderBytes; tail - at >= kBlockHeadBytes;) {
    const std::size_t left = tail - at - kBlockHeadBytes;
    const std::size_t stored = fuzz::get_u32(bytes, at + 12);
    const std::size_t list = kMemberBytes * fuzz::get_u32(bytes, at + 16);
    if (list > left || stored > left - list) {
      break;
    }
    const std::size_t front = kBlockHeadBytes + list;
    fuzz::put_u32(bytes, at + 20, sum(at + front, stored));
    std::vector<std::uint8_t> covered(pack.begin() + static_cast<std::ptrdiff_t>(at),
                                      pack.begin() + static_cast<std::ptrdiff_t>(at + front));
    covered.erase(covered.begin() + kBlockHeadBytes - 4, covered.begin() + kBlockHeadBytes);
    fuzz::put_u32(bytes, at + 24, codec::crc32c(covered));
    at += front + stored;
  }
  return pack;
}

bool is_part(Bytes pack, std::size_t at, Bytes part) {
  return at <= pack.size() && part.size() <= pack.size() - at &&
         std::equal(part.begin(), part.end(), pack.begin() + static_cast<std::ptrdiff_t>(at));
}

/// What counts as sound is, byte by byte, what writing the same would give.
void check_form(Bytes pack, const std::vector<BlockView>& views) {
  std::vector<BlockEntry> blocks;
  std::vector<PackedObject> objects;
  for (const BlockView& view : views) {
    fuzz::require(view.offset + view.head.total_bytes() <= pack.size());
    fuzz::require(is_part(pack, view.offset, encode_block_front(view.head, view.members)));
    blocks.push_back(
        {view.offset, static_cast<std::uint32_t>(view.head.total_bytes()), view.head.member_count});
    list_objects(view.offset, view.members, objects);
  }
  const std::size_t tail = pack.size() - kPackTailBytes;
  const std::size_t toc = fuzz::get_u32(pack, tail);
  if (fuzz::get_u32(pack, toc) == 1) {  // sections
    fuzz::require(is_part(pack, toc, encode_toc_and_tail(blocks, toc)));
  }
  if (fuzz::get_u32(pack, 16) == 0) {  // flags for writers
    fuzz::require(is_part(pack, 0, encode_pack_header(pack.subspan<20, 32>())));
  }
}

void check(Bytes pack) {
  for (const CheckedObject& object : check_pack(pack, PackName{}).objects) {
    fuzz::require(object.length <= kMaxObjectBytes);
  }
  scan_blocks(pack, "pack");
  fuzz::expect_only({ErrorKind::corrupt, ErrorKind::config},
                    [&] { check_form(pack, parse_pack(pack, "pack")); });
}

}  // namespace

/// Packs, whole and damaged, as fsck reads them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  check(with_sums({data, size}));
  return 0;
}
