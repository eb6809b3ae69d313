#include "store/tree.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "store/run_split.h"

namespace mlops::store {

namespace {

constexpr std::uint8_t kNodeVersion = 1;
constexpr std::uint8_t kFileVersion = 1;
constexpr std::uint8_t kRootVersion = 1;
constexpr std::uint8_t kChunkerProfile = 1;
constexpr std::string_view kRootMagic = "\x89MLROOT\n";
// Sizes stay below 2^63, so that no sum of two of them wraps.
constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();

ObjectId read_id(codec::ByteReader& reader) {
  ObjectId id;
  const auto bytes = reader.take(id.bytes.size());
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

std::uint64_t read_size(codec::ByteReader& reader) {
  const std::uint64_t size = reader.varint();
  if (size > kMaxSize) {
    reader.fail("size is beyond 2^63");
  }
  return size;
}

/// Refuses sums beyond 2^63; each term is below that, so no addition wraps.
class SizeSum {
 public:
  void add(const codec::ByteReader& reader, std::uint64_t size, std::uint64_t files) {
    size_ += size;
    files_ += files;
    if (size_ > kMaxSize || files_ > kMaxSize) {
      reader.fail("sizes add up to more than 2^63");
    }
  }

 private:
  std::uint64_t size_ = 0;
  std::uint64_t files_ = 0;
};

EntryKind read_kind(codec::ByteReader& reader) {
  const std::uint8_t kind = reader.u8();
  if (kind < static_cast<std::uint8_t>(EntryKind::file) ||
      kind > static_cast<std::uint8_t>(EntryKind::directory)) {
    reader.fail("unknown kind of entry");
  }
  return static_cast<EntryKind>(kind);
}

void put_name(codec::ByteWriter& out, std::string_view name) {
  out.varint(name.size());
  out.put(codec::as_bytes(name));
}

/// A name that may stand in a tree and comes after `previous`.
std::string read_name(codec::ByteReader& reader, const std::string* previous) {
  const std::uint64_t length = reader.varint();
  if (length > reader.remaining()) {
    reader.fail("name runs past the end");
  }
  std::string name(codec::as_text(reader.take(static_cast<std::size_t>(length))));
  if (const std::string_view problem = name_problem(name); !problem.empty()) {
    reader.fail("name " + quote(name) + " " + std::string(problem));
  }
  if (previous != nullptr && name <= *previous) {
    reader.fail("name " + quote(name) + (name == *previous ? " is there twice" : " is not sorted"));
  }
  return name;
}

std::size_t read_count(codec::ByteReader& reader, std::size_t minimum) {
  const std::uint64_t count = reader.varint();
  if (count < minimum || count > kMaxRun) {
    reader.fail("count is out of range");
  }
  return static_cast<std::size_t>(count);
}

Entry read_entry(codec::ByteReader& reader, const std::string* previous) {
  Entry entry;
  entry.kind = read_kind(reader);
  entry.name = read_name(reader, previous);
  entry.size = read_size(reader);
  if (entry.kind == EntryKind::directory) {
    entry.files = read_size(reader);
  }
  entry.id = read_id(reader);
  return entry;
}

void put_counts(codec::ByteWriter& out, const Entry& entry) {
  out.varint(entry.size);
  if (entry.kind == EntryKind::directory) {
    out.varint(entry.files);
  }
  out.put(entry.id.bytes);
}

void check_order(std::string_view name, const std::string* previous) {
  if (const std::string_view problem = name_problem(name); !problem.empty()) {
    throw Error(ErrorKind::config, "name " + quote(name) + " " + std::string(problem));
  }
  if (previous != nullptr && name <= *previous) {
    throw Error(ErrorKind::internal, "entries of a directory are not sorted at " + quote(name));
  }
}

}  // namespace

std::vector<std::uint8_t> encode_node(const Node& node) {
  if (node.entries.size() > kMaxRun) {
    throw Error(ErrorKind::internal, "a directory of this size must be split");
  }
  codec::ByteWriter out;
  out.u8(kNodeVersion);
  out.u8(0);
  out.varint(node.entries.size());
  const std::string* previous = nullptr;
  for (const Entry& entry : node.entries) {
    check_order(entry.name, previous);
    previous = &entry.name;
    out.u8(static_cast<std::uint8_t>(entry.kind));
    put_name(out, entry.name);
    put_counts(out, entry);
  }
  return out.take();
}

std::vector<std::uint8_t> encode_branch(const NodeBranch& branch) {
  codec::ByteWriter out;
  out.u8(kNodeVersion);
  out.u8(branch.level);
  out.varint(branch.children.size());
  const std::string* previous = nullptr;
  for (const NodeBranch::Child& child : branch.children) {
    check_order(child.first_name, previous);
    previous = &child.first_name;
    put_name(out, child.first_name);
    out.varint(child.size);
    out.varint(child.files);
    out.put(child.id.bytes);
  }
  return out.take();
}

std::variant<Node, NodeBranch> decode_any_node(std::span<const std::uint8_t> bytes,
                                               const ObjectId& id_for_messages) {
  codec::ByteReader reader(bytes, describe(ObjectType::node, id_for_messages));
  if (reader.u8() != kNodeVersion) {
    reader.fail("unknown version");
  }
  const std::uint8_t level = reader.u8();
  if (level > kMaxLevel) {
    reader.fail("too many levels");
  }
  const std::size_t count = read_count(reader, level == 0 ? 0 : 1);
  const std::string* previous = nullptr;
  SizeSum sum;
  if (level == 0) {
    Node node;
    node.entries.reserve(std::min<std::size_t>(count, reader.remaining() / 36));
    for (std::size_t i = 0; i < count; ++i) {
      node.entries.push_back(read_entry(reader, previous));
      sum.add(reader, node.entries.back().size, node.entries.back().files);
      previous = &node.entries.back().name;
    }
    reader.expect_end();
    return node;
  }
  NodeBranch branch;
  branch.level = level;
  branch.children.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    NodeBranch::Child child;
    child.first_name = read_name(reader, previous);
    child.size = read_size(reader);
    child.files = read_size(reader);
    child.id = read_id(reader);
    sum.add(reader, child.size, child.files);
    branch.children.push_back(std::move(child));
    previous = &branch.children.back().first_name;
  }
  reader.expect_end();
  return branch;
}

Node decode_node(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages) {
  auto any = decode_any_node(bytes, id_for_messages);
  if (Node* node = std::get_if<Node>(&any)) {
    return std::move(*node);
  }
  throw Error(ErrorKind::corrupt,
              describe(ObjectType::node, id_for_messages) +
                  ": is a level of a split directory, not a directory");
}

std::uint64_t FileContent::size() const {
  std::uint64_t sum = 0;
  for (const ChunkRef& chunk : chunks) {
    sum += chunk.size;
  }
  return sum;
}

std::vector<std::uint8_t> encode_recipe(const Recipe& recipe) {
  codec::ByteWriter out;
  out.u8(kFileVersion);
  out.u8(recipe.level);
  out.varint(recipe.parts.size());
  for (const Recipe::Part& part : recipe.parts) {
    out.varint(part.size);
    out.put(part.id.bytes);
  }
  return out.take();
}

Recipe decode_recipe(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages) {
  codec::ByteReader reader(bytes, describe(ObjectType::file, id_for_messages));
  if (reader.u8() != kFileVersion) {
    reader.fail("unknown version");
  }
  Recipe recipe;
  recipe.level = reader.u8();
  if (recipe.level > kMaxLevel) {
    reader.fail("too many levels");
  }
  const std::size_t count = read_count(reader, 1);
  recipe.parts.reserve(count);
  SizeSum sum;
  for (std::size_t i = 0; i < count; ++i) {
    Recipe::Part part;
    part.size = read_size(reader);
    if (part.size == 0 || (recipe.level == 0 && part.size > kMaxChunkBytes)) {
      reader.fail("chunk size is out of range");
    }
    sum.add(reader, part.size, 0);
    part.id = read_id(reader);
    recipe.parts.push_back(part);
  }
  reader.expect_end();
  return recipe;
}

std::vector<std::uint8_t> encode_file(const FileContent& content) {
  if (content.chunks.size() > kMaxRun) {
    throw Error(ErrorKind::internal, "a chunk list of this size must be split");
  }
  Recipe recipe;
  recipe.parts.reserve(content.chunks.size());
  for (const ChunkRef& chunk : content.chunks) {
    recipe.parts.push_back({chunk.id, chunk.size});
  }
  return encode_recipe(recipe);
}

FileContent decode_file(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages) {
  const Recipe recipe = decode_recipe(bytes, id_for_messages);
  if (recipe.level != 0) {
    throw Error(ErrorKind::corrupt,
                describe(ObjectType::file, id_for_messages) +
                    ": is a level of a split chunk list, not a chunk list");
  }
  FileContent content;
  content.chunks.reserve(recipe.parts.size());
  for (const Recipe::Part& part : recipe.parts) {
    content.chunks.push_back({part.id, static_cast<std::uint32_t>(part.size)});
  }
  return content;
}

std::vector<std::uint8_t> encode_root(const Root& root) {
  codec::ByteWriter out;
  out.put(codec::as_bytes(kRootMagic));
  out.u8(kRootVersion);
  out.u8(kChunkerProfile);
  out.u8(static_cast<std::uint8_t>(root.top.kind));
  out.put(root.salt);
  put_counts(out, root.top);
  return out.take();
}

Root decode_root(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages) {
  codec::ByteReader reader(bytes, describe(ObjectType::root, id_for_messages));
  if (codec::as_text(reader.take(kRootMagic.size())) != kRootMagic) {
    reader.fail("is not a root");
  }
  if (reader.u8() != kRootVersion) {
    reader.fail("unknown version");
  }
  if (reader.u8() != kChunkerProfile) {
    reader.fail("unknown chunker profile");
  }
  Root root;
  root.top.kind = read_kind(reader);
  const auto salt = reader.take(root.salt.size());
  std::copy(salt.begin(), salt.end(), root.salt.begin());
  root.top.size = read_size(reader);
  if (root.top.kind == EntryKind::directory) {
    root.top.files = read_size(reader);
  }
  root.top.id = read_id(reader);
  reader.expect_end();
  return root;
}

}  // namespace mlops::store
