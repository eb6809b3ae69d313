#include "store/pack_format.h"

#include <algorithm>

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "codec/zstd.h"
#include "store/run_split.h"

namespace mlops::store {

namespace {

constexpr std::string_view kPackMagic = "\x89MLPACK\r\n\x1a";
constexpr std::string_view kTailMagic = "MLPEND\r\n";
constexpr std::string_view kBlockMagic = "\xB1MLB";
constexpr std::size_t kScopeTagBytes = 16;
constexpr std::size_t kKeyCommitmentBytes = 32;
constexpr std::size_t kSectionBytes = kScopeTagBytes + 8 + 8 + kKeyCommitmentBytes;
constexpr std::size_t kTocEntryBytes = 16;
constexpr std::uint32_t kMaxSections = 1U << 16U;

[[noreturn]] void fail(const std::string& where, std::string_view problem) {
  throw Error(ErrorKind::corrupt, where + ": " + std::string(problem));
}

/// Unknown flags of a set that this program must understand to read the pack.
void check_read_flags(std::uint32_t flags, const std::string& pack) {
  for (unsigned bit = 0; bit < 32; ++bit) {
    if ((flags >> bit & 1U) != 0) {
      throw Error(ErrorKind::config,
                  pack + ": needs feature " + std::to_string(bit) +
                      ", which this version of mlops does not know",
                  "install a newer mlops");
    }
  }
}

ObjectType read_type(codec::ByteReader& reader) {
  const std::uint8_t type = reader.u8();
  if (type < static_cast<std::uint8_t>(ObjectType::chunk) ||
      type > static_cast<std::uint8_t>(ObjectType::node)) {
    reader.fail("unknown type of object");
  }
  return static_cast<ObjectType>(type);
}

void expect_zero(codec::ByteReader& reader, std::size_t count) {
  const auto bytes = reader.take(count);
  if (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; })) {
    reader.fail("reserved bytes are not zero");
  }
}

}  // namespace

std::vector<std::uint8_t> encode_pack_header(std::span<const std::uint8_t, 32> nonce) {
  codec::ByteWriter out;
  out.put(codec::as_bytes(kPackMagic));
  out.u16(kPackVersion);
  out.u32(0);
  out.u32(0);
  out.put(nonce);
  out.u64(0);
  out.u32(codec::crc32c(out.bytes()));
  return out.take();
}

void check_pack_header(std::span<const std::uint8_t> bytes, const std::string& pack) {
  codec::ByteReader reader(bytes, pack);
  if (codec::as_text(reader.take(kPackMagic.size())) != kPackMagic) {
    fail(pack, "is not a pack");
  }
  const std::uint16_t version = reader.u16();
  const std::uint32_t read_flags = reader.u32();
  reader.u32();  // what a writer must know: nothing here changes a pack
  reader.take(32);
  expect_zero(reader, 8);
  const std::uint32_t crc = reader.u32();
  if (crc != codec::crc32c(bytes.first(kPackHeaderBytes - 4))) {
    fail(pack, "header is damaged");
  }
  if (version != kPackVersion) {
    throw Error(ErrorKind::config,
                pack + ": has format version " + std::to_string(version) +
                    ", which this version of mlops does not know",
                "install a newer mlops");
  }
  check_read_flags(read_flags, pack);
}

std::vector<std::uint8_t> encode_block_front(const BlockHead& head,
                                             std::span<const Member> members) {
  codec::ByteWriter list;
  for (const Member& member : members) {
    list.u8(static_cast<std::uint8_t>(member.type));
    list.u32(member.length);
    list.put(member.id.bytes);
  }
  codec::ByteWriter out;
  out.put(codec::as_bytes(kBlockMagic));
  out.u8(static_cast<std::uint8_t>(head.codec));
  out.u8(0);
  out.u16(head.section);
  out.u32(head.plain_length);
  out.u32(head.stored_length);
  out.u32(static_cast<std::uint32_t>(members.size()));
  out.u32(head.stored_crc);
  codec::ByteWriter covered;
  covered.put(out.bytes());
  covered.put(list.bytes());
  out.u32(codec::crc32c(covered.bytes()));
  out.put(list.bytes());
  return out.take();
}

BlockHead decode_block_head(std::span<const std::uint8_t> bytes, const std::string& where) {
  codec::ByteReader reader(bytes, where);
  if (codec::as_text(reader.take(kBlockMagic.size())) != kBlockMagic) {
    fail(where, "is not a block");
  }
  BlockHead head;
  const std::uint8_t codec_byte = reader.u8();
  expect_zero(reader, 1);
  head.section = reader.u16();
  head.plain_length = reader.u32();
  head.stored_length = reader.u32();
  head.member_count = reader.u32();
  head.stored_crc = reader.u32();
  head.head_crc = reader.u32();
  if (codec_byte > static_cast<std::uint8_t>(BlockCodec::zstd)) {
    fail(where, "unknown codec");
  }
  head.codec = static_cast<BlockCodec>(codec_byte);
  if (head.member_count == 0 || head.member_count > kMaxBlockMembers) {
    fail(where, "number of members is out of range");
  }
  if (head.plain_length > kMaxObjectBytes || head.stored_length > head.plain_length ||
      (head.codec == BlockCodec::raw && head.stored_length != head.plain_length)) {
    fail(where, "length is out of range");
  }
  return head;
}

std::vector<Member> decode_members(const BlockHead& head,
                                   std::span<const std::uint8_t> head_and_members,
                                   const std::string& where) {
  constexpr std::size_t kCoveredHead = kBlockHeadBytes - 4;
  codec::ByteReader reader(head_and_members, where);
  codec::ByteWriter covered;
  covered.put(reader.take(kCoveredHead));
  reader.take(kBlockHeadBytes - kCoveredHead);
  const auto list = reader.take(kMemberBytes * head.member_count);
  covered.put(list);
  if (codec::crc32c(covered.bytes()) != head.head_crc) {
    fail(where, "block head is damaged");
  }
  codec::ByteReader items(list, where);
  std::vector<Member> members(head.member_count);
  std::uint64_t sum = 0;
  for (Member& member : members) {
    member.type = read_type(items);
    member.length = items.u32();
    const auto id = items.take(member.id.bytes.size());
    std::copy(id.begin(), id.end(), member.id.bytes.begin());
    sum += member.length;
  }
  if (sum != head.plain_length) {
    fail(where, "lengths of members do not add up to the block");
  }
  return members;
}

void check_stored(const BlockHead& head,
                  std::span<const std::uint8_t> stored,
                  const std::string& where) {
  if (stored.size() != head.stored_length || codec::crc32c(stored) != head.stored_crc) {
    fail(where, "stored bytes are damaged");
  }
}

std::span<const std::uint8_t> plain_of(const BlockHead& head,
                                       std::span<const std::uint8_t> stored,
                                       std::vector<std::uint8_t>& memory,
                                       const std::string& where) {
  if (head.codec == BlockCodec::raw) {
    check_stored(head, stored, where);
    return stored;
  }
  memory.resize(head.plain_length);
  decode_stored(head, stored, memory, where);
  return memory;
}

void decode_stored(const BlockHead& head,
                   std::span<const std::uint8_t> stored,
                   std::span<std::uint8_t> out,
                   const std::string& where) {
  check_stored(head, stored, where);
  if (head.codec == BlockCodec::raw) {
    std::copy(stored.begin(), stored.end(), out.begin());
    return;
  }
  try {
    codec::zstd_decompress(stored, out);
  } catch (Error& error) {
    error.add_context("in " + where);
    throw;
  }
}

std::vector<std::uint8_t> encode_toc_and_tail(std::span<const BlockEntry> blocks,
                                              std::uint64_t toc_offset) {
  codec::ByteWriter toc;
  toc.u32(1);
  const std::array<std::uint8_t, kScopeTagBytes> plain_scope{};
  const std::array<std::uint8_t, kKeyCommitmentBytes> no_key{};
  toc.put(plain_scope);
  toc.u64(kPackHeaderBytes);
  toc.u64(toc_offset - kPackHeaderBytes);
  toc.put(no_key);
  toc.u32(static_cast<std::uint32_t>(blocks.size()));
  for (const BlockEntry& block : blocks) {
    toc.u64(block.offset);
    toc.u32(block.length);
    toc.u32(block.members);
  }
  codec::ByteWriter tail;
  tail.u64(toc_offset);
  tail.u32(static_cast<std::uint32_t>(toc.size()));
  tail.u32(codec::crc32c(toc.bytes()));
  tail.u32(codec::crc32c(tail.bytes()));
  tail.u32(0);
  tail.put(codec::as_bytes(kTailMagic));
  toc.put(tail.bytes());
  return toc.take();
}

PackTail decode_tail(std::span<const std::uint8_t> tail,
                     std::uint64_t pack_bytes,
                     const std::string& pack) {
  if (pack_bytes < kPackHeaderBytes + kPackTailBytes || tail.size() != kPackTailBytes) {
    fail(pack, "is too short");
  }
  codec::ByteReader reader(tail, pack);
  PackTail result;
  result.toc_offset = reader.u64();
  result.toc_length = reader.u32();
  result.toc_crc = reader.u32();
  const std::uint32_t crc = reader.u32();
  expect_zero(reader, 4);
  if (codec::as_text(reader.take(kTailMagic.size())) != kTailMagic ||
      crc != codec::crc32c(tail.first(16))) {
    fail(pack, "tail is damaged, or the file is cut short");
  }
  const std::uint64_t toc_end = pack_bytes - kPackTailBytes;
  if (result.toc_offset < kPackHeaderBytes || result.toc_offset > toc_end ||
      toc_end - result.toc_offset != result.toc_length) {
    fail(pack, "table of contents lies elsewhere than the tail says");
  }
  return result;
}

std::vector<BlockEntry> decode_toc(const PackTail& tail,
                                   std::span<const std::uint8_t> toc,
                                   const std::string& pack) {
  if (codec::crc32c(toc) != tail.toc_crc) {
    fail(pack, "table of contents is damaged");
  }
  codec::ByteReader reader(toc, pack + ", table of contents");
  const std::uint32_t sections = reader.u32();
  if (sections == 0 || sections > kMaxSections || reader.remaining() / kSectionBytes < sections) {
    reader.fail("number of sections is out of range");
  }
  std::uint64_t end = kPackHeaderBytes;
  for (std::uint32_t i = 0; i < sections; ++i) {
    expect_zero(reader, kScopeTagBytes);
    const std::uint64_t offset = reader.u64();
    const std::uint64_t length = reader.u64();
    expect_zero(reader, kKeyCommitmentBytes);
    if (offset != end || length > tail.toc_offset - end) {
      reader.fail("sections overlap or leave a gap");
    }
    end += length;
  }
  const std::uint32_t count = reader.u32();
  if (end != tail.toc_offset || reader.remaining() / kTocEntryBytes < count) {
    reader.fail("sections or blocks do not fill the pack");
  }
  std::vector<BlockEntry> blocks(count);
  end = kPackHeaderBytes;
  for (BlockEntry& block : blocks) {
    block = {reader.u64(), reader.u32(), reader.u32()};
    if (block.offset != end || block.length > tail.toc_offset - end) {
      reader.fail("blocks overlap or leave a gap");
    }
    end += block.length;
  }
  if (end != tail.toc_offset) {
    reader.fail("blocks do not fill the pack");
  }
  reader.expect_end();
  return blocks;
}

BlockView view_block(std::span<const std::uint8_t> pack,
                     std::uint64_t offset,
                     const std::string& name) {
  const std::string where = name + " at offset " + std::to_string(offset);
  if (offset > pack.size() || pack.size() - offset < kBlockHeadBytes) {
    fail(where, "block runs past the end");
  }
  const auto rest = pack.subspan(static_cast<std::size_t>(offset));
  BlockView view;
  view.offset = offset;
  view.head = decode_block_head(rest, where);
  if (view.head.total_bytes() > rest.size()) {
    fail(where, "block runs past the end");
  }
  const std::size_t front = kBlockHeadBytes + kMemberBytes * view.head.member_count;
  view.members = decode_members(view.head, rest.first(front), where);
  view.stored = rest.subspan(front, view.head.stored_length);
  return view;
}

std::vector<BlockView> parse_pack(std::span<const std::uint8_t> pack, const std::string& name) {
  if (pack.size() < kPackHeaderBytes + kPackTailBytes) {
    fail(name, "is too short");
  }
  check_pack_header(pack, name);
  const PackTail tail = decode_tail(pack.last(kPackTailBytes), pack.size(), name);
  const auto toc = pack.subspan(static_cast<std::size_t>(tail.toc_offset), tail.toc_length);
  std::vector<BlockView> views;
  for (const BlockEntry& entry : decode_toc(tail, toc, name)) {
    views.push_back(view_block(pack, entry.offset, name));
    if (views.back().head.total_bytes() != entry.length ||
        views.back().head.member_count != entry.members) {
      fail(name, "table of contents and blocks disagree");
    }
  }
  return views;
}

std::vector<BlockView> scan_blocks(std::span<const std::uint8_t> pack, const std::string& name) {
  // Stored bytes hold the magic by chance once in 4 GiB; a pack made of it would take hours.
  constexpr std::size_t kMaxFalseBeginnings = 1U << 16U;
  std::vector<BlockView> views;
  auto at = pack.begin();
  for (std::size_t false_beginnings = 0; false_beginnings < kMaxFalseBeginnings;) {
    at = std::search(at, pack.end(), kBlockMagic.begin(), kBlockMagic.end(), [](auto a, auto b) {
      return a == static_cast<std::uint8_t>(b);
    });
    if (at == pack.end()) {
      break;
    }
    try {
      views.push_back(view_block(pack, static_cast<std::uint64_t>(at - pack.begin()), name));
      at += static_cast<std::ptrdiff_t>(views.back().head.total_bytes());
    } catch (const Error&) {
      // The magic stands in stored bytes by chance, or the block is the damaged one: look further.
      ++at;
      ++false_beginnings;
    }
  }
  return views;
}

void list_objects(std::uint64_t block_offset,
                  std::span<const Member> members,
                  std::vector<PackedObject>& out) {
  std::uint32_t inner = 0;
  for (const Member& member : members) {
    out.push_back(
        {member.id, member.type, static_cast<std::uint32_t>(block_offset), inner, member.length});
    inner += member.length;
  }
}

}  // namespace mlops::store
