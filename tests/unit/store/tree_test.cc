#include "store/tree.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "codec/bytes.h"
#include "store/run_split.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

Node sample_node() {
  Node node;
  const std::vector<std::string> names = {"a", "b.csv", "c", "z\xFF"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    Entry entry;
    entry.name = names[i];
    entry.kind = static_cast<EntryKind>(i + 1);
    entry.size = i * 1000;
    entry.files = entry.kind == EntryKind::directory ? 17 : 1;
    entry.id = compute_id(ObjectType::chunk, bytes_of(names[i]));
    node.entries.push_back(entry);
  }
  return node;
}

ErrorKind kind_of_failure(std::span<const std::uint8_t> bytes) {
  try {
    decode_node(bytes, {});
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

/// Nothing that decodes is anything but what encode would have written.
template <typename Decode, typename Encode>
void check_damage(const Bytes& bytes, Decode decode, Encode encode) {
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    CAPTURE(bit);
    std::optional<Bytes> again;
    std::optional<ErrorKind> refused;
    try {
      again = encode(decode(flipped));
    } catch (const Error& error) {
      refused = error.kind();
    }
    REQUIRE((again == flipped || refused == ErrorKind::corrupt));
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    REQUIRE_THROWS_AS(decode(Bytes(bytes.begin(), bytes.begin() + static_cast<int>(size))), Error);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  REQUIRE_THROWS_AS(decode(longer), Error);
}

}  // namespace

TEST_CASE("a node comes back as it was") {
  const Node node = sample_node();
  CHECK(decode_node(encode_node(node), {}).entries == node.entries);
  CHECK(decode_node(encode_node({}), {}).entries.empty());
}

TEST_CASE("duplicate and unsorted names are refused", "[case-09]") {
  for (const auto& [first, second] : {std::pair("b", "a"), std::pair("a", "a")}) {
    Node node;
    Entry entry;
    entry.name = "a";
    node.entries.push_back(entry);
    entry.name = "b";
    node.entries.push_back(entry);
    Bytes bytes = encode_node(node);
    // version, level, count, then twice kind, length, name, size, id
    bytes[5] = static_cast<std::uint8_t>(first[0]);
    bytes[5 + 1 + 1 + 32 + 2] = static_cast<std::uint8_t>(second[0]);
    CHECK(kind_of_failure(bytes) == ErrorKind::corrupt);
    node.entries[0].name = first;
    node.entries[1].name = second;
    CHECK_THROWS_AS(encode_node(node), Error);
  }
}

TEST_CASE("flipped bits and cut ends of nodes, chunk lists and roots", "[case-26][case-27]") {
  check_damage(
      encode_node(sample_node()),
      [](const Bytes& bytes) { return decode_node(bytes, {}); },
      encode_node);
  FileContent content;
  content.chunks = {{compute_id(ObjectType::chunk, {}), 20'000},
                    {compute_id(ObjectType::node, {}), 256U << 10U}};
  check_damage(
      encode_file(content), [](const Bytes& bytes) { return decode_file(bytes, {}); }, encode_file);
  Root root;
  root.top = sample_node().entries[3];
  root.top.name.clear();
  root.salt.fill(7);
  check_damage(
      encode_root(root), [](const Bytes& bytes) { return decode_root(bytes, {}); }, encode_root);
}

TEST_CASE("sizes beyond 2^63 are refused", "[case-31]") {
  Node node = sample_node();
  node.entries[0].size = std::uint64_t{1} << 62U;
  node.entries[1].size = std::uint64_t{1} << 62U;
  CHECK(kind_of_failure(encode_node(node)) == ErrorKind::corrupt);
  node.entries[1].size = UINT64_MAX;
  CHECK(kind_of_failure(encode_node(node)) == ErrorKind::corrupt);
  Recipe recipe;
  recipe.level = 1;
  recipe.parts = {{{}, std::uint64_t{1} << 62U}, {{}, std::uint64_t{1} << 62U}};
  CHECK_THROWS_AS(decode_recipe(encode_recipe(recipe), {}), Error);
}

TEST_CASE("chunk lists refuse sizes that no chunk has", "[case-31]") {
  for (const std::uint64_t size : {std::uint64_t{0}, (std::uint64_t{256} << 10U) + 1}) {
    Recipe recipe;
    recipe.parts = {{{}, size}, {{}, 20'000}};
    CHECK_THROWS_AS(decode_recipe(encode_recipe(recipe), {}), Error);
  }
}

TEST_CASE("counts and levels are bounded before anything is allocated", "[case-28]") {
  for (const std::uint64_t count :
       {std::uint64_t{kMaxRun + 1}, std::uint64_t{UINT32_MAX}, std::uint64_t{UINT64_MAX}}) {
    for (const std::uint8_t level : {std::uint8_t{0}, std::uint8_t{1}}) {
      codec::ByteWriter out;
      out.u8(1);
      out.u8(level);
      out.varint(count);
      const Bytes bytes = out.take();
      CHECK_THROWS_AS(decode_any_node(bytes, {}), Error);
      CHECK_THROWS_AS(decode_recipe(bytes, {}), Error);
    }
  }
  const Bytes deep = {1, kMaxLevel + 1, 1};
  CHECK_THROWS_AS(decode_any_node(deep, {}), Error);
  CHECK_THROWS_AS(decode_recipe(deep, {}), Error);
}

TEST_CASE("a level of a split directory is not taken for a directory") {
  NodeBranch branch;
  branch.children = {{"a", 1, 1, {}}, {"b", 2, 1, {}}};
  const auto bytes = encode_branch(branch);
  CHECK(kind_of_failure(bytes) == ErrorKind::corrupt);
  const auto any = decode_any_node(bytes, {});
  REQUIRE(std::holds_alternative<NodeBranch>(any));
  CHECK(std::get<NodeBranch>(any).children[1].first_name == "b");
}
