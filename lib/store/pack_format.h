#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/id.h"

/// The pack, byte by byte (all integers little-endian; mlops-store(5), "Packs"):
///
///   pack    = header block* toc tail
///   header  = magic[10] u16 version, u32 read-flags, u32 write-flags, nonce[32], zero[8], u32 crc
///   block   = "\xB1MLB" u8 codec, u8 zero, u16 section, u32 plain, u32 stored, u32 members,
///             u32 stored-crc, u32 head-crc, member*, stored bytes
///   member  = u8 type, u32 length, id[32]
///   toc     = u32 n, section*n, u32 n, (u64 offset, u32 length, u32 members)*n
///   section = scope-tag[16], u64 offset, u64 length, key-commitment[32]
///   tail    = u64 toc-offset, u32 toc-length, u32 toc-crc, u32 crc, zero[4], "MLPEND\r\n"
///
/// Everything here reads bytes that nobody trusts: bounded, and Error{corrupt} names pack and
/// offset.
namespace mlops::store {

using PackName = std::array<std::uint8_t, 32>;  ///< SHA-256 of the pack's bytes

constexpr std::uint16_t kPackVersion = 1;
constexpr std::size_t kPackHeaderBytes = 64;
constexpr std::size_t kPackTailBytes = 32;
constexpr std::size_t kBlockHeadBytes = 28;
constexpr std::size_t kMemberBytes = 37;
constexpr std::size_t kTargetPackBytes = 32U << 20U;
constexpr std::size_t kMaxPackBytes = 128U << 20U;
constexpr std::size_t kMaxBlockMembers = 1U << 16U;
constexpr std::size_t kSharedBlockBytes = 256U << 10U;

enum class BlockCodec : std::uint8_t { raw = 0, zstd = 1 };

struct Member {
  ObjectType type = ObjectType::chunk;
  std::uint32_t length = 0;
  ObjectId id;
};

struct BlockHead {
  BlockCodec codec = BlockCodec::raw;
  std::uint16_t section = 0;
  std::uint32_t plain_length = 0;
  std::uint32_t stored_length = 0;
  std::uint32_t member_count = 0;
  std::uint32_t stored_crc = 0;
  std::uint32_t head_crc = 0;  ///< over the 24 bytes before it and the member list
  std::size_t total_bytes() const {
    return kBlockHeadBytes + kMemberBytes * member_count + stored_length;
  }
};

struct BlockEntry {
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t members = 0;
};

/// Which block of which pack holds an object, and where in its plain bytes.
struct PackedObject {
  ObjectId id;
  ObjectType type = ObjectType::chunk;
  std::uint32_t block_offset = 0;
  std::uint32_t inner_offset = 0;
  std::uint32_t length = 0;
};

std::vector<std::uint8_t> encode_pack_header(std::span<const std::uint8_t, 32> nonce);
/// Error{corrupt}; Error{config} for a version or a mandatory flag that this program does not know.
void check_pack_header(std::span<const std::uint8_t> bytes, const std::string& pack);

/// Head and member list; the stored bytes follow them.
std::vector<std::uint8_t> encode_block_front(const BlockHead& head,
                                             std::span<const Member> members);
/// The fixed part, with all bounds checked; `bytes` holds at least kBlockHeadBytes.
BlockHead decode_block_head(std::span<const std::uint8_t> bytes, const std::string& where);
/// The member list that follows `head`; checks the head's crc and that lengths add up.
std::vector<Member> decode_members(const BlockHead& head,
                                   std::span<const std::uint8_t> head_and_members,
                                   const std::string& where);
/// The stored bytes against their crc. Error{corrupt}.
void check_stored(const BlockHead& head,
                  std::span<const std::uint8_t> stored,
                  const std::string& where);
/// Checked stored bytes as they were before compression: themselves, or decoded into `memory`.
/// Error{corrupt}.
std::span<const std::uint8_t> plain_of(const BlockHead& head,
                                       std::span<const std::uint8_t> stored,
                                       std::vector<std::uint8_t>& memory,
                                       const std::string& where);
/// Checked stored bytes → exactly head.plain_length bytes at `out`. Error{corrupt}.
void decode_stored(const BlockHead& head,
                   std::span<const std::uint8_t> stored,
                   std::span<std::uint8_t> out,
                   const std::string& where);

std::vector<std::uint8_t> encode_toc_and_tail(std::span<const BlockEntry> blocks,
                                              std::uint64_t toc_offset);
struct PackTail {
  std::uint64_t toc_offset = 0;
  std::uint32_t toc_length = 0;
  std::uint32_t toc_crc = 0;
};
PackTail decode_tail(std::span<const std::uint8_t> tail,
                     std::uint64_t pack_bytes,
                     const std::string& pack);
/// Blocks in order, without gap or overlap from the header to the TOC. Error{corrupt}.
std::vector<BlockEntry> decode_toc(const PackTail& tail,
                                   std::span<const std::uint8_t> toc,
                                   const std::string& pack);

/// One whole block of a pack in memory.
struct BlockView {
  std::uint64_t offset = 0;
  BlockHead head;
  std::vector<Member> members;
  std::span<const std::uint8_t> stored;
};
/// The block at `offset`. Error{corrupt}.
BlockView view_block(std::span<const std::uint8_t> pack,
                     std::uint64_t offset,
                     const std::string& name);
/// All blocks of a sound pack; stored bytes are not looked at.
std::vector<BlockView> parse_pack(std::span<const std::uint8_t> pack, const std::string& name);
/// Blocks with an intact head in a damaged pack: looks for the block magic at every byte. Ends
/// after 65,536 magics that begin no block: what follows counts as damaged.
std::vector<BlockView> scan_blocks(std::span<const std::uint8_t> pack, const std::string& name);

/// Appends the objects of a block to `out`.
void list_objects(std::uint64_t block_offset,
                  std::span<const Member> members,
                  std::vector<PackedObject>& out);

}  // namespace mlops::store
