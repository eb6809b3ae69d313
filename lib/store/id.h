#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::store {

/// What an id stands for; the tag is hashed with the content, so that one object can never pass for
/// another kind.
enum class ObjectType : std::uint8_t { chunk = 1, file = 2, node = 3, root = 4 };
std::string_view to_string(ObjectType type);

/// SHA-256 over type tag, format version and content (mlops-store(5)).
struct ObjectId {
  std::array<std::uint8_t, 32> bytes{};
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the hidden 0 of a comparison for a pointer
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
  bool is_zero() const;
  std::string hex() const;
  static std::optional<ObjectId> parse(std::string_view hex);
};

/// The object for messages: "node 3f2a...".
std::string describe(ObjectType type, const ObjectId& id);

ObjectId compute_id(ObjectType type, std::span<const std::uint8_t> content);

/// A root id as pointers and locks write it: "r1:" + 64 hex digits.
std::string format_root(const ObjectId& root);
std::optional<ObjectId> parse_root(std::string_view text);
/// Every root id that stands anywhere in a text, in order: what a record or a cached result names,
/// whatever its format. May find too much, never too little.
std::vector<ObjectId> find_roots_in(std::string_view text);

}  // namespace mlops::store

template <>
struct std::hash<mlops::store::ObjectId> {
  std::size_t operator()(const mlops::store::ObjectId& id) const noexcept;
};
