#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/catalog.h"
#include "store/damage_notes.h"
#include "store/foreign.h"
#include "store/object_reader.h"
#include "store/results.h"
#include "store/roots.h"
#include "store/store.h"

namespace mlops::store {

/// The parts of a store that fsck, repair and gc work on.
struct StoreParts {
  const Layout& layout;
  const PackSet& packs;
  Catalog& catalog;
  const ObjectReader& reader;
  DamageNotes& notes;
  Roots& roots;
  Results& results;
  ForeignVersions& foreign;
};

struct CheckedObject {
  ObjectId id;
  ObjectType type = ObjectType::chunk;
  std::uint32_t length = 0;
  std::string problem;  ///< empty: content matches id
};
struct CheckedPack {
  PackName name{};
  std::vector<CheckedObject> objects;
  std::vector<DamagedBytes> damaged;  ///< in order
  std::uint64_t bytes = 0;
  enum class State { present, missing, newer_format } state = State::present;
  bool is_sound() const;
};
/// Decodes and hashes everything in a pack; finds blocks by their magic where the pack is damaged.
/// Damage of a block whose head can be read is its objects' problem; all other is in `damaged`.
CheckedPack check_pack(std::span<const std::uint8_t> bytes, const PackName& name);

/// Blocks whose heads can be read; found by their magic where the pack is damaged. Error{config}
/// for a pack of a newer version.
std::vector<BlockView> readable_blocks(std::span<const std::uint8_t> pack);

/// All bytes of a pack, in `memory`; nothing when there is no such file. Of one that is too large
/// for a pack only the size.
struct PackBytes {
  std::vector<std::uint8_t> bytes;
  std::uint64_t size = 0;
};
std::optional<PackBytes> read_pack(const Layout& layout,
                                   const PackName& name,
                                   std::vector<std::uint8_t> memory = {});

/// Checks the packs on disk and those that only an index knows, but for the `known`, which are
/// taken as they are while they are still there. Sorted by name. With the objects that an index
/// places in damaged bytes.
std::vector<CheckedPack> check_packs(const StoreParts& parts,
                                     std::vector<CheckedPack> known,
                                     Progress& progress,
                                     const CancelToken& cancel);

/// What a store's packs hold soundly: sorted by id, unique.
class SoundObjects {
 public:
  explicit SoundObjects(std::span<const CheckedPack> packs);
  const CheckedObject* find(const ObjectId& id) const;
  bool contains(const ObjectId& id) const { return find(id) != nullptr; }

 private:
  std::vector<CheckedObject> objects_;
};

/// What to do about derived files that are damaged or missing.
enum class Derived { leave, rebuild };
/// Drops damaged index segments and indexes the packs that none covers: on disk, or with `leave`
/// in this process only. Notes what it did.
void prepare_indexes(const StoreParts& parts, Derived derived, std::vector<std::string>& notes);
/// The versions of a store, and those of which only a part is in it.
struct ListedRoots {
  std::vector<ObjectId> whole;
  std::vector<ObjectId> in_part;
};
ListedRoots list_roots(const StoreParts& parts);
/// Follows the roots and holds what they need against the packs. The roots were listed before the
/// packs: all that they name was there then, whatever others add meanwhile. With `rebuild` what no
/// pack holds soundly is noted, for whoever adds it again.
FsckReport judge(const StoreParts& parts,
                 const ListedRoots& roots,
                 std::span<const CheckedPack> packs,
                 Derived derived,
                 Progress& progress,
                 const CancelToken& cancel);
FsckReport check_store(const StoreParts& parts, Progress& progress, const CancelToken& cancel);

/// Follows roots through directories and chunk lists down to chunks; each object once, however
/// many roots share it.
class RootWalk {
 public:
  RootWalk(const SoundObjects& sound, const ObjectReader& reader, const CancelToken& cancel)
      : sound_(sound), reader_(reader), cancel_(cancel) {}

  /// A problem of an object, found before the walk (damaged in a pack and nowhere sound) or by it.
  void add_damage(Damage damage);
  void walk(const ObjectId& root_id, const Root& root);
  /// Of a version of which only a part is here: what is absent of its files is no damage. After all
  /// that are whole.
  void walk_part(const ObjectId& root_id, const Root& root);
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
  std::size_t damage_of(const ObjectId& id, ObjectType type, const std::string& problem);
  /// Of an object that no pack holds soundly: nothing where it may be absent and nobody had it.
  Hurt lack_of(const ObjectId& id, ObjectType type);

  const SoundObjects& sound_;
  const ObjectReader& reader_;
  const CancelToken& cancel_;
  std::vector<Damage> damages_;
  std::unordered_map<ObjectId, std::size_t> damage_by_id_;
  std::unordered_map<ObjectId, Facts> visited_;
  bool may_lack_files_ = false;
};

}  // namespace mlops::store
