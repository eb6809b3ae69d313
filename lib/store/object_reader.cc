#include "store/object_reader.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "store/chunker.h"
#include "store/file_copy.h"

namespace mlops::store {

namespace {

Error object_error(const std::string& what, const std::string& problem) {
  return {ErrorKind::corrupt, what + ": " + problem, "mlops data fsck"};
}

[[noreturn]] void fail_object(const std::string& what, const std::string& problem) {
  throw object_error(what, problem);
}

/// The object's bytes in its block, hashed. Error{corrupt}.
ObjectView take_object(std::shared_ptr<const Block> block,
                       const PackedObject& place,
                       ObjectType type,
                       const ObjectId& id) {
  const auto bytes = block->bytes();
  if (place.inner_offset > bytes.size() || place.length > bytes.size() - place.inner_offset) {
    throw Error(ErrorKind::corrupt, "the index points outside of the block");
  }
  const auto object = bytes.subspan(place.inner_offset, place.length);
  if (compute_id(type, object) != id) {
    throw Error(ErrorKind::corrupt, "content does not match its id");
  }
  return {std::move(block), object};
}

}  // namespace

std::optional<ObjectView> ObjectReader::try_read(ObjectType type,
                                                 const ObjectId& id,
                                                 std::string& problem) const {
  for (const Location& place : catalog_.find(id)) {
    try {
      return take_object(
          packs_.load_block(place.pack, place.object.block_offset), place.object, type, id);
    } catch (const Error& error) {
      // Damage of one copy: the next one may be sound. The first problem is the one to report.
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      if (problem.empty()) {
        problem = error.message() + " (in " + packs_.describe(place.pack) + ")";
      }
    }
  }
  return std::nullopt;
}

bool ObjectReader::has_sound_copy(const ObjectId& id) const {
  std::string problem;
  const auto places = catalog_.find(id);
  return std::any_of(places.begin(), places.end(), [&](const Location& place) {
    return try_read(place.object.type, id, problem).has_value();
  });
}

bool ObjectReader::contains(const ObjectId& id) const {
  return catalog_.contains(id) && (notes_ == nullptr || !notes_->has(id) || has_sound_copy(id));
}

ObjectView ObjectReader::read(ObjectType type, const ObjectId& id) const {
  std::string problem;
  if (auto view = try_read(type, id, problem)) {
    return std::move(*view);
  }
  // Another process may have written or moved it, or an index may be damaged.
  catalog_.reload();
  if (auto view = try_read(type, id, problem)) {
    return std::move(*view);
  }
  catalog_.recover();
  if (auto view = try_read(type, id, problem)) {
    return std::move(*view);
  }
  if (problem.empty()) {
    fail_object(describe(type, id), "is missing");
  }
  Error error = object_error(describe(type, id), problem);
  const auto trouble = notes_ == nullptr ? std::nullopt : notes_->add(id);
  if (trouble) {
    error.add_context("adding it again does not heal it: this cannot be noted in the store: " +
                      *trouble);
  }
  throw error;
}

void ObjectReader::append_entries(const ObjectId& id,
                                  std::optional<std::uint8_t> level,
                                  Node& node) const {
  auto any = decode_any_node(read(ObjectType::node, id).bytes, id);
  const auto* branch = std::get_if<NodeBranch>(&any);
  if (level && *level != (branch != nullptr ? branch->level : 0)) {
    fail_object(describe(ObjectType::node, id), "stands on a wrong level of a split directory");
  }
  if (branch == nullptr) {
    auto& entries = std::get<Node>(any).entries;
    if (!node.entries.empty() && !entries.empty() &&
        entries.front().name <= node.entries.back().name) {
      fail_object(describe(ObjectType::node, id),
                  "name " + quote(entries.front().name) + " is not sorted or is there twice");
    }
    std::move(entries.begin(), entries.end(), std::back_inserter(node.entries));
    return;
  }
  for (const NodeBranch::Child& child : branch->children) {
    const std::size_t before = node.entries.size();
    append_entries(child.id, static_cast<std::uint8_t>(branch->level - 1), node);
    std::uint64_t size = 0;
    std::uint64_t files = 0;
    for (std::size_t i = before; i < node.entries.size(); ++i) {
      size += node.entries[i].size;
      files += node.entries[i].files;
    }
    if (before == node.entries.size() || node.entries[before].name != child.first_name ||
        size != child.size || files != child.files) {
      fail_object(describe(ObjectType::node, id), "does not describe the levels below it");
    }
  }
}

Node ObjectReader::read_node(const ObjectId& id) const {
  Node node;
  append_entries(id, std::nullopt, node);
  return node;
}

bool ObjectReader::is_chunk(const ObjectId& id) const {
  auto places = catalog_.find(id);
  if (places.empty()) {
    catalog_.reload();
    places = catalog_.find(id);
  }
  if (places.empty()) {
    catalog_.recover();
    places = catalog_.find(id);
  }
  return std::any_of(places.begin(), places.end(), [](const Location& place) {
    return place.object.type == ObjectType::chunk;
  });
}

std::uint64_t ObjectReader::walk_recipe(const ObjectId& id,
                                        std::optional<std::uint8_t> level,
                                        const ChunkSink& sink) const {
  const Recipe recipe = decode_recipe(read(ObjectType::file, id).bytes, id);
  if (level && *level != recipe.level) {
    fail_object(describe(ObjectType::file, id), "stands on a wrong level of a split chunk list");
  }
  std::uint64_t sum = 0;
  for (const Recipe::Part& part : recipe.parts) {
    if (recipe.level == 0) {
      sink({part.id, static_cast<std::uint32_t>(part.size)});
    } else if (walk_recipe(part.id, static_cast<std::uint8_t>(recipe.level - 1), sink) !=
               part.size) {
      fail_object(describe(ObjectType::file, id), "does not describe the levels below it");
    }
    sum += part.size;
  }
  return sum;
}

void ObjectReader::walk_chunks(const Entry& file, const ChunkSink& sink) const {
  if (file.kind == EntryKind::directory) {
    throw Error(ErrorKind::internal, "a directory has no content");
  }
  // An id is either a chunk's or a chunk list's, never both: its type tag is hashed.
  if (file.size <= ChunkerProfile::kMin || is_chunk(file.id)) {
    if (file.size > ChunkerProfile::kMax) {
      fail_object(describe(ObjectType::chunk, file.id), "has another size than the file says");
    }
    sink({file.id, static_cast<std::uint32_t>(file.size)});
    return;
  }
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
  std::uint32_t last = ChunkerProfile::kMin;
  walk_recipe(file.id, std::nullopt, [&](const ChunkRef& chunk) {
    // Also bounds the number of chunks by the file's size.
    sum += chunk.size;
    if (last < ChunkerProfile::kMin || sum > file.size) {
      fail_object(describe(ObjectType::file, file.id),
                  "its chunks are not those of a file of this size");
    }
    last = chunk.size;
    ++count;
    sink(chunk);
  });
  if (sum != file.size || count < 2) {
    fail_object(describe(ObjectType::file, file.id),
                "its chunks are not those of a file of this size");
  }
}

FileContent ObjectReader::read_file_content(const Entry& file) const {
  FileContent content;
  walk_chunks(file, [&](const ChunkRef& chunk) { content.chunks.push_back(chunk); });
  return content;
}

void ObjectReader::read_file(const Entry& file,
                             const std::function<void(std::span<const std::uint8_t>)>& sink) const {
  walk_chunks(file, [&](const ChunkRef& chunk) { sink(read_chunk(chunk).bytes); });
}

ObjectView ObjectReader::read_chunk(const ChunkRef& chunk) const {
  ObjectView view = read(ObjectType::chunk, chunk.id);
  if (view.bytes.size() != chunk.size) {
    fail_object(describe(ObjectType::chunk, chunk.id), "has another size than the file says");
  }
  return view;
}

void ObjectReader::write_file(const Entry& file, const FileTarget& to) const {
  if (file.size < kMinSharedFile) {
    read_file(file, [&](std::span<const std::uint8_t> piece) {
      os::write_full(to.file, piece, to.name);
      to.on_piece(piece.size());
    });
    return;
  }
  FileCopy copy(*this, catalog_, packs_, to);
  walk_chunks(file, [&](const ChunkRef& chunk) { copy.add(chunk); });
  copy.finish();
}

}  // namespace mlops::store
