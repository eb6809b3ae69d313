#include "store/pack_builder.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "codec/zstd.h"
#include "store/block_groups.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {
PendingMember as_member(std::span<const std::uint8_t> content) {
  return {{ObjectType::chunk,
           static_cast<std::uint32_t>(content.size()),
           compute_id(ObjectType::chunk, content)},
          codec::crc32c(content)};
}
}  // namespace

TEST_CASE("noise looks incompressible, text and numbers do not") {
  CHECK(looks_incompressible(noise(100'000, 1)));
  CHECK(looks_incompressible(noise(2000, 2)));
  CHECK(looks_incompressible(codec::zstd_compress(table_text(200'000, 1), 3)));
  CHECK_FALSE(looks_incompressible(table_text(100'000, 1)));
  CHECK_FALSE(looks_incompressible(Bytes(100'000, 0)));
  CHECK_FALSE(looks_incompressible({}));
}

TEST_CASE("what does not shrink is stored raw") {
  const Bytes random = noise(50'000, 1);
  CHECK(encode_block({as_member(random)}, random, PlacementHint::Compress::automatic)
            .compressed.empty());
  const Bytes text = table_text(50'000, 1);
  CHECK(encode_block({as_member(text)}, text, PlacementHint::Compress::no).compressed.empty());
  CHECK(encode_block({as_member(text)}, text, PlacementHint::Compress::automatic).size() < 25'000);
  Bytes repeated = noise(4096, 2);
  for (int i = 0; i < 3; ++i) {
    repeated.insert(repeated.end(), repeated.begin(), repeated.end());
  }
  CHECK(encode_block({as_member(repeated)}, repeated, PlacementHint::Compress::automatic).size() <
        10'000);
}

TEST_CASE("a pack that differs from its source is not finished") {
  const Bytes content = table_text(50'000, 1);
  for (const auto compress : {PlacementHint::Compress::automatic, PlacementHint::Compress::no}) {
    PendingMember member = as_member(content);
    Bytes changed = content;
    changed[77] ^= 4U;
    PackBuilder builder;
    builder.append(encode_block({member}, changed, compress));
    CHECK_THROWS_AS(std::move(builder).finish(), Error);
    PackBuilder sound;
    EncodedBlock block = encode_block({member}, content, compress);
    if (!block.compressed.empty()) {
      block.compressed[block.compressed.size() / 2] ^= 1U;
      sound.append(block);
      CHECK_THROWS_AS(std::move(sound).finish(), Error);
    }
  }
}

TEST_CASE("two packs of the same content have two names") {
  const auto name = [] {
    PackBuilder builder;
    const Bytes content = noise(100, 1);
    builder.append(encode_block({as_member(content)}, content, PlacementHint::Compress::no));
    return codec::sha256(std::move(builder).finish().bytes);
  };
  CHECK(name() != name());
}

TEST_CASE("blocks hold one data set and one kind, and stay within their size") {
  BlockGroups groups;
  std::vector<SharedBlock> blocks;
  std::size_t put = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const Bytes content = i % 2 == 0 ? table_text(3000 + i, i) : noise(2000 + i, i);
    const PlacementHint hint{i % 3 == 0 ? "one" : "two", "d" + std::to_string(i / 4)};
    for (SharedBlock& block : groups.add(BlockGroups::kind_of(ObjectType::chunk, content, hint),
                                         as_member(content),
                                         content,
                                         hint)) {
      blocks.push_back(std::move(block));
    }
    ++put;
  }
  for (SharedBlock& block : groups.take_all()) {
    blocks.push_back(std::move(block));
  }
  std::size_t found = 0;
  for (const SharedBlock& block : blocks) {
    CHECK(block.plain.size() <= kSharedBlockBytes);
    std::size_t at = 0;
    const bool is_noise =
        looks_incompressible(std::span(block.plain).first(block.members.front().member.length));
    for (const PendingMember& pending : block.members) {
      const auto content = std::span(block.plain).subspan(at, pending.member.length);
      CHECK(compute_id(ObjectType::chunk, content) == pending.member.id);
      CHECK(looks_incompressible(content) == is_noise);
      at += pending.member.length;
      ++found;
    }
    CHECK(at == block.plain.size());
  }
  CHECK(found == put);
  CHECK(blocks.size() < 20);
  CHECK(groups.take_all().empty());
}
