// Packs on their way out of a store and into another: nothing of what comes in is trusted.
#include <functional>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "store/pack_builder.h"
#include "store/transfer.h"
#include "unit/store/store_fixture.h"

namespace mlops::store {
namespace {

using namespace test;
using mlops::test::TempDir;

PendingMember member_of(const Bytes& content, const ObjectId& id) {
  return {{ObjectType::chunk, static_cast<std::uint32_t>(content.size()), id},
          codec::crc32c(content)};
}

ObjectId id_of(const Bytes& content) {
  return compute_id(ObjectType::chunk, content);
}

Bytes block_bytes(const EncodedBlock& block) {
  Bytes bytes = block.front;
  const auto stored = block.stored();
  bytes.insert(bytes.end(), stored.begin(), stored.end());
  return bytes;
}

/// A pack of one block, whose member calls itself `id`.
FinishedPack pack_of(const Bytes& content, const ObjectId& id) {
  PackBuilder builder;
  builder.append(
      encode_block({member_of(content, id)}, content, PlacementHint::Compress::automatic));
  return std::move(builder).finish();
}

ErrorKind kind_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

std::vector<OutgoingPack> take_all(PackExport& exported) {
  std::vector<OutgoingPack> packs;
  while (auto pack = exported.next()) {
    packs.push_back(std::move(*pack));
  }
  return packs;
}

TEST_CASE("a pack under another name is not taken", "[case-34]") {
  const TempDir directory;
  const auto store = Store::open(directory.path() / "store");
  const Bytes content = table_text(1000, 1);
  const FinishedPack pack = pack_of(content, id_of(content));
  const PackName name = codec::sha256(pack.bytes);
  PackName other = name;
  other[31] ^= 1U;
  const auto importer = store->begin_import(nullptr);
  CHECK(kind_of([&] { importer->add_pack(other, pack.bytes); }) == ErrorKind::corrupt);
  importer->finish();
  CHECK_FALSE(store->contains(id_of(content)));
  importer->add_pack(name, pack.bytes);
  CHECK_FALSE(importer->find_type(id_of(content)));
  importer->finish();
  CHECK(importer->find_type(id_of(content)) == ObjectType::chunk);
  CHECK(store->read(ObjectType::chunk, id_of(content)) == content);
}

TEST_CASE("content under the id of another is not taken, in a pack or in a block", "[case-30]") {
  const TempDir directory;
  const auto store = Store::open(directory.path() / "store");
  const Bytes content = table_text(1000, 1);
  const ObjectId other = id_of(table_text(1000, 2));
  // Name and sums are right: only the id is a lie.
  const FinishedPack pack = pack_of(content, other);
  const auto importer = store->begin_import(nullptr);
  CHECK(kind_of([&] { importer->add_pack(codec::sha256(pack.bytes), pack.bytes); }) ==
        ErrorKind::corrupt);
  const Bytes block = block_bytes(
      encode_block({member_of(content, other)}, content, PlacementHint::Compress::automatic));
  CHECK(kind_of([&] { importer->add_block(block, "forged"); }) == ErrorKind::corrupt);
  importer->finish();
  CHECK_FALSE(store->contains(other));
  CHECK(fsck(directory.path() / "store").is_clean());
}

TEST_CASE("a block of any bytes is refused, or is what it says", "[case-27]") {
  const TempDir directory;
  const auto store = Store::open(directory.path() / "store");
  const Bytes content = table_text(300, 1);
  const Bytes block = block_bytes(encode_block(
      {member_of(content, id_of(content))}, content, PlacementHint::Compress::automatic));
  const auto importer = store->begin_import(nullptr);
  for (std::size_t size = 0; size < block.size(); ++size) {
    CHECK(kind_of([&] { importer->add_block(std::span(block).first(size), "cut"); }) ==
          ErrorKind::corrupt);
  }
  for (std::size_t bit = 0; bit < block.size() * 8; ++bit) {
    Bytes turned = block;
    turned[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK(kind_of([&] { importer->add_block(turned, "turned"); }) == ErrorKind::corrupt);
  }
  Bytes longer = block;
  longer.insert(longer.end(), 500, 0xff);
  const Importer::Block read = importer->add_block(longer, "with others behind it");
  CHECK(read.length == block.size());
  CHECK(read.plain == content);
}

TEST_CASE("a version is taken only when all of it is there") {
  const TempDir from;
  const TempDir to;
  const auto source = Store::open(from.path() / "store");
  const auto target = Store::open(to.path() / "store");
  const Sample sample = write_sample(*source);
  const Bytes root = encode_root(source->load_root(sample.root));
  const std::vector<ImportedRoot> roots{{sample.root, root, "data"}};
  const auto importer = target->begin_import(nullptr);
  CHECK(kind_of([&] { importer->commit(roots); }) == ErrorKind::corrupt);
  CHECK_FALSE(target->find_root(sample.root));
  const std::vector<ImportedRoot> forged{{id_of(sample.small), root, "data"}};
  CHECK(kind_of([&] { importer->commit(forged); }) == ErrorKind::corrupt);

  const CancelToken never;
  const auto bring = [&](const std::function<bool(const ObjectId&)>& is_left_out) {
    const auto exported = source->export_versions(std::vector{sample.root}, is_left_out, never);
    for (const OutgoingPack& pack : take_all(*exported)) {
      importer->add_pack(pack.name, pack.bytes);
    }
    importer->finish();
  };
  // One chunk of one file is missing.
  bring([&](const ObjectId& id) { return id == id_of(sample.small); });
  CHECK(kind_of([&] { importer->commit(roots); }) == ErrorKind::corrupt);
  CHECK_FALSE(target->find_root(sample.root));
  bring([&](const ObjectId& id) { return id != id_of(sample.small); });
  importer->commit(roots);
  check_sample(*target, sample);
}

TEST_CASE("only what is wanted leaves, in a pack of its own where others lie beside it") {
  const TempDir directory;
  const auto store = Store::open(directory.path() / "store");
  auto writer = store->begin_write();
  const Sample first = put_sample(*writer, 1);
  const Sample second = put_sample(*writer, 2);
  const ObjectId first_root = writer->commit(first.top);
  writer->commit(second.top);
  writer.reset();
  const auto nothing = [](const ObjectId&) { return false; };
  const CancelToken never;
  const auto exported = store->export_versions(std::vector{first_root}, nothing, never);
  const auto packs = take_all(*exported);
  REQUIRE(packs.size() == 1);
  CHECK(codec::sha256(packs[0].bytes) == packs[0].name);
  std::uint64_t bytes = 0;
  for (const PackedObject& object : packs[0].objects) {
    CHECK(object.id != second.top.id);
    bytes += object.length;
  }
  CHECK(packs[0].objects.size() == exported->amount().objects);
  CHECK(bytes == exported->amount().bytes);
  // Nothing, where all of it is there.
  const auto none = store->export_versions(
      std::vector{first_root}, [](const ObjectId&) { return true; }, never);
  CHECK_FALSE(none->next());
}

TEST_CASE("damage never leaves") {
  const TempDir directory;
  const auto store = Store::open(directory.path() / "store");
  const Sample sample = write_sample(*store);
  for (const fs::path& file : files_below(directory.path() / "store" / "packs")) {
    Bytes bytes = read_bytes(file);
    bytes[20] ^= 1U;  // the nonce: no sum of a block is over it
    write_bytes(file, bytes);
  }
  const auto again = Store::open(directory.path() / "store");
  const CancelToken never;
  const auto exported = again->export_versions(
      std::vector{sample.root}, [](const ObjectId&) { return false; }, never);
  CHECK(kind_of([&] { exported->next(); }) == ErrorKind::corrupt);
}

}  // namespace
}  // namespace mlops::store
