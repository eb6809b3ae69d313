#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "store/id.h"
#include "store/tree.h"

/// Long lists (a directory of a million files, the chunks of a terabyte) are split into runs at
/// places that the content decides, so that a change rewrites one run and the levels above it.
/// Grammar: mlops-store(5), "Split lists".
namespace mlops::store {

constexpr std::size_t kMinRun = 256;
constexpr std::size_t kMaxRun = 4096;  ///< a list up to this length is not split
constexpr std::uint8_t kMaxLevel = 8;
constexpr std::uint32_t kMaxChunkBytes = 256U << 10U;
constexpr std::size_t kMaxObjectBytes = 4U << 20U;

/// Ends of the runs of a list with these item hashes: after an item whose hash has ten low zero
/// bits, not before kMinRun items, not after kMaxRun. One run when the list is short.
std::vector<std::size_t> split_runs(std::span<const std::uint32_t> hashes);
/// Of an entry: CRC-32C of its name, so that changed content moves no split.
std::uint32_t split_hash(std::string_view name);
/// Of a chunk or a run: the first four bytes of its id, little-endian.
std::uint32_t split_hash(const ObjectId& id);

/// A level above the leaves of a split directory. Level 1 lists leaves.
struct NodeBranch {
  struct Child {
    std::string first_name;
    std::uint64_t size = 0;
    std::uint64_t files = 0;
    ObjectId id;
  };
  std::uint8_t level = 1;
  std::vector<Child> children;
};
std::vector<std::uint8_t> encode_branch(const NodeBranch& branch);
/// A leaf (as decode_node) or a branch. Error{corrupt}.
std::variant<Node, NodeBranch> decode_any_node(std::span<const std::uint8_t> bytes,
                                               const ObjectId& id_for_messages);

/// A file object: at level 0 chunks, above it file objects of the level below.
struct Recipe {
  struct Part {
    ObjectId id;
    std::uint64_t size = 0;
  };
  std::uint8_t level = 0;
  std::vector<Part> parts;
};
std::vector<std::uint8_t> encode_recipe(const Recipe& recipe);
Recipe decode_recipe(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages);

}  // namespace mlops::store
