#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/id.h"

namespace mlops::store {

enum class EntryKind : std::uint8_t { file = 1, executable = 2, symlink = 3, directory = 4 };

/// One name in a directory. `id`: of a file of one chunk (an empty one included), that chunk; of a
/// larger file, its chunk list (see FileContent); of a link, the chunk with its target text; of a
/// directory, its node. Chunking is a function of the content, so equal files have equal ids.
struct Entry {
  std::string name;  ///< one path component, raw bytes
  EntryKind kind = EntryKind::file;
  std::uint64_t size = 0;   ///< bytes; of a directory, of everything below
  std::uint64_t files = 1;  ///< files and links; of a directory, below it
  ObjectId id;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// A directory level. Grammar and limits: mlops-store(5). `decode_node` accepts only what
/// `encode_node` writes: names sorted by bytes, no duplicates, no "", ".", "..", '/', NUL, nothing
/// that equals .git or .mlops under any case or file-system folding. Anything else is
/// Error{corrupt} that names the entry. Both take at most 4096 entries: Writer::put_node and
/// Store::read_node split and join larger directories.
struct Node {
  std::vector<Entry> entries;
};
std::vector<std::uint8_t> encode_node(const Node& node);
Node decode_node(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages);

/// Empty when `name` may stand in a tree, else why not ("is '..'", "is a name of git's own" …).
/// The same rule for add and checkout.
std::string_view name_problem(std::string_view name);
/// .gitattributes, .gitmodules, .gitignore or .lfsconfig under any folding: names that git obeys
/// when they lie in a work tree.
bool is_git_settings_name(std::string_view name);

/// The chunks of a file in order. Only files of two chunks or more have a list as an object; one
/// of more than 4096 chunks is split into levels (Writer::put_file, Store::read_file_content).
struct ChunkRef {
  ObjectId id;
  std::uint32_t size = 0;
  friend bool operator==(const ChunkRef&, const ChunkRef&) = default;
};
struct FileContent {
  std::vector<ChunkRef> chunks;
  std::uint64_t size() const;
};
std::vector<std::uint8_t> encode_file(const FileContent& content);
FileContent decode_file(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages);

/// One version of one data set: salt, so that the id in git confirms no guess about the content.
struct Root {
  std::array<std::uint8_t, 32> salt{};
  Entry top;  ///< name empty; a file, link or directory
};
std::vector<std::uint8_t> encode_root(const Root& root);
Root decode_root(std::span<const std::uint8_t> bytes, const ObjectId& id_for_messages);

}  // namespace mlops::store
