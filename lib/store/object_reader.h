#pragma once

#include <functional>
#include <memory>
#include <span>

#include "store/catalog.h"
#include "store/damage_notes.h"
#include "store/pack_set.h"
#include "store/run_split.h"
#include "store/store.h"

namespace mlops::store {

/// A verified object; keeps its block alive.
struct ObjectView {
  std::shared_ptr<const Block> block;
  std::span<const std::uint8_t> bytes;
};

struct FileTarget;

/// Reads objects and what is made of them. Every object is hashed before it is given out; when one
/// copy is damaged, the others are tried. Any thread.
class ObjectReader {
 public:
  /// `notes`: where damage that reading finds is noted; none: nowhere.
  ObjectReader(Catalog& catalog, const PackSet& packs, DamageNotes* notes = nullptr)
      : catalog_(catalog), packs_(packs), notes_(notes) {}

  /// Whether the store has it, by its index; what was found damaged is read for an answer.
  bool contains(const ObjectId& id) const;
  /// Whether any pack has a copy that matches the id.
  bool has_sound_copy(const ObjectId& id) const;
  ObjectView read(ObjectType type, const ObjectId& id) const;
  Node read_node(const ObjectId& id) const;
  FileContent read_file_content(const Entry& file) const;
  void read_file(const Entry& file,
                 const std::function<void(std::span<const std::uint8_t>)>& sink) const;
  /// See Store::write_file.
  void write_file(const Entry& file, const FileTarget& to) const;
  /// Of the size that the file says.
  ObjectView read_chunk(const ChunkRef& chunk) const;

 private:
  std::optional<ObjectView> try_read(ObjectType type,
                                     const ObjectId& id,
                                     std::string& problem) const;
  bool is_chunk(const ObjectId& id) const;
  void append_entries(const ObjectId& id, std::optional<std::uint8_t> level, Node& node) const;
  using ChunkSink = std::function<void(const ChunkRef&)>;
  /// The chunks in order, without holding the list of a huge file. Error{corrupt} at the end when
  /// they do not add up to the file.
  void walk_chunks(const Entry& file, const ChunkSink& sink) const;
  std::uint64_t walk_recipe(const ObjectId& id,
                            std::optional<std::uint8_t> level,
                            const ChunkSink& sink) const;

  Catalog& catalog_;
  const PackSet& packs_;
  DamageNotes* notes_;
};

}  // namespace mlops::store
