#include "store/pack_builder.h"

#include <algorithm>

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "codec/zstd.h"
#include "os/random.h"
#include "os/share_blocks.h"

namespace mlops::store {

namespace {

constexpr int kZstdLevel = 1;
constexpr std::size_t kSampleBytes = 4096;

bool saves_enough(std::size_t stored, std::size_t plain) {
  return stored <= plain - plain / 32;  // about 3 %
}

bool should_try_zstd(std::span<const std::uint8_t> plain) {
  if (!looks_incompressible(plain)) {
    return true;
  }
  // The histogram does not see repetition: let zstd itself look at the beginning.
  const auto sample = plain.first(std::min(plain.size(), 2 * kSampleBytes));
  return saves_enough(codec::zstd_compress(sample, kZstdLevel).size(), sample.size());
}

void append_bytes(std::vector<std::uint8_t>& to, std::span<const std::uint8_t> from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Reads the finished pack as a reader would.
void verify_pack(std::span<const std::uint8_t> pack,
                 std::span<const PackedObject> objects,
                 std::span<const std::uint32_t> source_crcs) {
  const std::string name = "new pack";
  std::vector<std::uint8_t> memory;
  std::size_t next = 0;
  const auto check = [&](bool holds) {
    if (!holds) {
      throw Error(ErrorKind::internal,
                  "a pack does not decode to what was put into it: nothing was stored",
                  "run the command again; if it happens again, check this machine's memory");
    }
  };
  for (const BlockView& view : parse_pack(pack, name)) {
    const auto plain = plain_of(view.head, view.stored, memory, name);
    std::size_t inner = 0;
    for (const Member& member : view.members) {
      check(next < objects.size() && objects[next].id == member.id &&
            objects[next].type == member.type && objects[next].block_offset == view.offset &&
            objects[next].inner_offset == inner && objects[next].length == member.length);
      const auto bytes = plain.subspan(inner, member.length);
      check(codec::crc32c(bytes) == source_crcs[next]);
      inner += member.length;
      ++next;
    }
  }
  check(next == objects.size());
}

}  // namespace

bool looks_incompressible(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kPieces = 4;
  constexpr std::size_t kTooFewToTell = 512;
  constexpr std::size_t kHistogramBytes = 2048;  // some 8,000 equal pairs in noise: 1 % off
  if (bytes.size() < kTooFewToTell) {
    return false;
  }
  std::array<std::uint32_t, 256> counts{};
  std::size_t sampled = 0;
  const std::size_t piece = std::min(kHistogramBytes, bytes.size()) / kPieces;
  for (std::size_t i = 0; i < kPieces; ++i) {
    const std::size_t start = (bytes.size() - piece) / (kPieces - 1) * i;
    for (const std::uint8_t byte : bytes.subspan(start, piece)) {
      ++counts[byte];
    }
    sampled += piece;
  }
  // The chance that two bytes of the sample are equal, without the bias of a small sample; noise
  // has 1/256.
  std::uint64_t pairs = 0;
  for (const std::uint64_t count : counts) {
    pairs += count * (count - (count > 0 ? 1 : 0));
  }
  const auto all_pairs = static_cast<double>(sampled) * static_cast<double>(sampled - 1);
  return static_cast<double>(pairs) / all_pairs < 1.2 / 256.0;
}

EncodedBlock encode_block(std::vector<PendingMember> members,
                          std::span<const std::uint8_t> plain,
                          PlacementHint::Compress compress) {
  EncodedBlock block;
  block.plain = plain;
  BlockHead head;
  head.plain_length = static_cast<std::uint32_t>(plain.size());
  if (compress == PlacementHint::Compress::automatic && !plain.empty() && should_try_zstd(plain)) {
    block.compressed = codec::zstd_compress(plain, kZstdLevel);
    if (saves_enough(block.compressed.size(), plain.size())) {
      head.codec = BlockCodec::zstd;
    } else {
      block.compressed.clear();
    }
  }
  head.stored_length = static_cast<std::uint32_t>(block.stored().size());
  head.stored_crc = codec::crc32c(block.stored());
  std::vector<Member> list;
  list.reserve(members.size());
  for (const PendingMember& pending : members) {
    list.push_back(pending.member);
  }
  block.front = encode_block_front(head, list);
  block.members = std::move(members);
  return block;
}

PackBuilder::PackBuilder(std::vector<std::uint8_t> memory) : bytes_(std::move(memory)) {
  std::array<std::uint8_t, 32> nonce{};
  os::random_bytes(nonce);
  bytes_.clear();
  bytes_.reserve(kTargetPackBytes + kTargetPackBytes / 8);  // with the block that makes it full
  append_bytes(bytes_, encode_pack_header(nonce));
}

void PackBuilder::append(const EncodedBlock& block) {
  const std::uint64_t offset = bytes_.size();
  blocks_.push_back({offset,
                     static_cast<std::uint32_t>(block.size()),
                     static_cast<std::uint32_t>(block.members.size())});
  append_bytes(bytes_, block.front);
  append_bytes(bytes_, block.stored());
  std::uint32_t inner = 0;
  for (const PendingMember& pending : block.members) {
    const Member& member = pending.member;
    objects_.push_back(
        {member.id, member.type, static_cast<std::uint32_t>(offset), inner, member.length});
    source_crcs_.push_back(pending.source_crc);
    inner += member.length;
  }
}

void PackBuilder::append_as_in(const FilePlace& place, const EncodedBlock& block) {
  constexpr std::size_t kFront = kBlockHeadBytes + kMemberBytes;
  constexpr std::size_t kOffsetBytes = 8;
  const std::uint64_t misfit =
      (place.offset - (bytes_.size() + block.front.size())) % os::kBlockBytes;
  if (misfit != 0) {
    const std::size_t gap = misfit < kFront + kOffsetBytes ? misfit + os::kBlockBytes : misfit;
    // Its offset, so that no two of a pack are the same object.
    codec::ByteWriter filler;
    filler.u64(bytes_.size());
    filler.put(std::vector<std::uint8_t>(gap - kFront - kOffsetBytes, 0));
    const std::vector<std::uint8_t> filling = filler.take();
    const Member member{ObjectType::chunk,
                        static_cast<std::uint32_t>(filling.size()),
                        compute_id(ObjectType::chunk, filling)};
    const PendingMember pending{member, codec::crc32c(filling)};
    append(encode_block({pending}, filling, PlacementHint::Compress::no));
  }
  shared_.push_back({place, bytes_.size() + block.front.size(), block.stored().size()});
  append(block);
}

FinishedPack PackBuilder::finish() && {
  append_bytes(bytes_, encode_toc_and_tail(blocks_, bytes_.size()));
  verify_pack(bytes_, objects_, source_crcs_);
  FinishedPack pack;
  pack.bytes = std::move(bytes_);
  pack.objects = std::move(objects_);
  pack.shared = std::move(shared_);
  return pack;
}

}  // namespace mlops::store
