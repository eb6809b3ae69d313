#include "store/id.h"

#include <algorithm>
#include <cstring>

#include "base/hex.h"
#include "codec/sha256.h"

namespace mlops::store {

namespace {
constexpr std::string_view kRootPrefix = "r1:";
constexpr std::uint8_t kIdVersion = 1;
}  // namespace

std::string_view to_string(ObjectType type) {
  switch (type) {
    case ObjectType::chunk:
      return "chunk";
    case ObjectType::file:
      return "file";
    case ObjectType::node:
      return "node";
    case ObjectType::root:
      return "root";
  }
  return "unknown";
}

bool ObjectId::is_zero() const {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::string ObjectId::hex() const {
  return to_hex(bytes);
}

std::optional<ObjectId> ObjectId::parse(std::string_view hex) {
  ObjectId id;
  if (!from_hex(hex, id.bytes)) {
    return std::nullopt;
  }
  return id;
}

std::string describe(ObjectType type, const ObjectId& id) {
  return std::string(to_string(type)) + " " + id.hex();
}

ObjectId compute_id(ObjectType type, std::span<const std::uint8_t> content) {
  // One context a thread: creating one costs as much as hashing a kilobyte.
  thread_local codec::Sha256 hasher;
  const std::array<std::uint8_t, 8> tag = {
      'm', 'l', 'o', 'p', 's', 0, static_cast<std::uint8_t>(type), kIdVersion};
  hasher.update(tag);
  hasher.update(content);
  return ObjectId{hasher.finish()};
}

std::string format_root(const ObjectId& root) {
  return std::string(kRootPrefix) + root.hex();
}

std::optional<ObjectId> parse_root(std::string_view text) {
  if (!text.starts_with(kRootPrefix)) {
    return std::nullopt;
  }
  return ObjectId::parse(text.substr(kRootPrefix.size()));
}

std::vector<ObjectId> find_roots_in(std::string_view text) {
  constexpr std::size_t kHexDigits = 64;
  std::vector<ObjectId> roots;
  for (std::size_t at = text.find(kRootPrefix); at != std::string_view::npos;
       at = text.find(kRootPrefix, at + 1)) {
    if (const auto root = parse_root(text.substr(at, kRootPrefix.size() + kHexDigits))) {
      roots.push_back(*root);
    }
  }
  return roots;
}

}  // namespace mlops::store

std::size_t std::hash<mlops::store::ObjectId>::operator()(
    const mlops::store::ObjectId& id) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, id.bytes.data(), sizeof value);
  return value;
}
