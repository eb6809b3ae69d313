#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/catalog.h"
#include "store/object_reader.h"
#include "store/roots.h"
#include "store/store.h"

namespace mlops::store {

/// The parts of a store that fsck looks at.
struct StoreParts {
  const Layout& layout;
  const PackSet& packs;
  Catalog& catalog;
  const ObjectReader& reader;
  Roots& roots;
};

FsckReport check_store(const StoreParts& parts, Progress& progress, const CancelToken& cancel);

struct CheckedObject {
  ObjectId id;
  ObjectType type = ObjectType::chunk;
  std::uint32_t length = 0;
  std::string problem;  ///< empty: content matches id
};
struct CheckedPack {
  std::vector<CheckedObject> objects;
  std::vector<DamagedBytes> damaged;  ///< in order
  std::uint64_t bytes = 0;
  bool is_sound() const;
};
/// Decodes and hashes everything in a pack; finds blocks by their magic where the pack is damaged.
/// Damage of a block whose head can be read is its objects' problem; all other is in `damaged`.
CheckedPack check_pack(std::span<const std::uint8_t> bytes, const PackName& name);

/// Follows roots through directories and chunk lists down to chunks; each object once, however
/// many roots share it.
class RootWalk {
 public:
  /// `sound`: sorted by id, unique.
  RootWalk(const std::vector<CheckedObject>& sound,
           const ObjectReader& reader,
           const CancelToken& cancel)
      : sound_(sound), reader_(reader), cancel_(cancel) {}

  /// A problem of an object, found before the walk (damaged in a pack and nowhere sound) or by it.
  void add_damage(Damage damage);
  void walk(const ObjectId& root_id, const Root& root);
  std::vector<Damage> take_damages() { return std::move(damages_); }

 private:
  using Hurt = std::vector<std::size_t>;  ///< places in damages_
  struct Facts {
    std::uint64_t size = 0;
    std::uint64_t files = 0;
    Hurt hurt;
  };
  /// The object that names another, and would be the one that lies.
  struct Parent {
    ObjectId id;
    ObjectType type = ObjectType::node;
  };
  const Facts& visit_node(const ObjectId& id, std::size_t depth);
  const Facts& visit_recipe(const ObjectId& id, std::optional<std::uint8_t> level);
  void visit_entry(const Entry& entry, const Parent& parent, std::size_t depth, Hurt& hurt);
  void visit_chunk(const ObjectId& id, std::uint64_t size, const Parent& parent, Hurt& hurt);
  const CheckedObject* find_sound(const ObjectId& id) const;
  std::size_t damage_of(const ObjectId& id, ObjectType type, const std::string& problem);

  const std::vector<CheckedObject>& sound_;
  const ObjectReader& reader_;
  const CancelToken& cancel_;
  std::vector<Damage> damages_;
  std::unordered_map<ObjectId, std::size_t> damage_by_id_;
  std::unordered_map<ObjectId, Facts> visited_;
};

}  // namespace mlops::store
