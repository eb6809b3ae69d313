#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "store/chunker.h"
#include "store/fsck.h"

namespace mlops::store {

namespace {

/// Deeper than any path that a file system takes (4096 bytes, two for a level).
constexpr std::size_t kMaxDepth = 2048;

void merge(std::vector<std::size_t>& into, const std::vector<std::size_t>& from) {
  std::vector<std::size_t> both;
  std::set_union(into.begin(), into.end(), from.begin(), from.end(), std::back_inserter(both));
  into = std::move(both);
}

/// Of an entry whose object nobody has seen. Up to the largest chunk's size a file's id may stand
/// for either: a chunk is what it then most often is.
ObjectType likely_type(const Entry& entry) {
  if (entry.kind == EntryKind::directory) {
    return ObjectType::node;
  }
  return entry.size > ChunkerProfile::kMax ? ObjectType::file : ObjectType::chunk;
}

}  // namespace

void RootWalk::add_damage(Damage damage) {
  if (damage_by_id_.emplace(damage.id, damages_.size()).second) {
    damages_.push_back(std::move(damage));
  }
}

std::size_t RootWalk::damage_of(const ObjectId& id, ObjectType type, const std::string& problem) {
  add_damage({id, type, problem, {}, {}});
  return damage_by_id_.at(id);
}

RootWalk::Hurt RootWalk::lack_of(const ObjectId& id, ObjectType type) {
  const bool may_be_absent = may_lack_files_ && type != ObjectType::node;
  if (may_be_absent && !damage_by_id_.contains(id)) {
    return {};
  }
  return {damage_of(id, type, "missing")};
}

void RootWalk::visit_chunk(const ObjectId& id,
                           std::uint64_t size,
                           const Parent& parent,
                           Hurt& hurt) {
  const CheckedObject* chunk = sound_.find(id);
  if (chunk == nullptr) {
    merge(hurt, lack_of(id, ObjectType::chunk));
  } else if (chunk->length != size) {
    merge(hurt,
          {damage_of(parent.id,
                     parent.type,
                     "says " + std::to_string(size) + " bytes for chunk " + id.hex() +
                         ", which has " + std::to_string(chunk->length))});
  }
}

const RootWalk::Facts& RootWalk::visit_recipe(const ObjectId& id,
                                              std::optional<std::uint8_t> level) {
  if (const auto known = visited_.find(id); known != visited_.end()) {
    return known->second;
  }
  Facts facts;
  try {
    const Recipe recipe = decode_recipe(reader_.read(ObjectType::file, id).bytes, id);
    if (level && *level != recipe.level) {
      throw Error(ErrorKind::corrupt, "stands on a wrong level of a split chunk list");
    }
    for (const Recipe::Part& part : recipe.parts) {
      facts.size += part.size;
      if (recipe.level == 0) {
        visit_chunk(part.id, part.size, {id, ObjectType::file}, facts.hurt);
        continue;
      }
      if (may_lack_files_ && !sound_.contains(part.id)) {
        merge(facts.hurt, lack_of(part.id, ObjectType::file));
        continue;
      }
      const Facts& below = visit_recipe(part.id, static_cast<std::uint8_t>(recipe.level - 1));
      merge(facts.hurt, below.hurt);
      if (below.hurt.empty() && below.size != part.size) {
        throw Error(ErrorKind::corrupt, "does not describe the levels below it");
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    merge(facts.hurt, {damage_of(id, ObjectType::file, error.message())});
  }
  return visited_.emplace(id, std::move(facts)).first->second;
}

void RootWalk::visit_entry(const Entry& entry,
                           const Parent& parent,
                           std::size_t depth,
                           Hurt& hurt) {
  const CheckedObject* object = sound_.find(entry.id);
  if (object == nullptr) {
    merge(hurt, lack_of(entry.id, likely_type(entry)));
    return;
  }
  const Facts* facts = nullptr;
  Facts of_chunk;
  if (entry.kind == EntryKind::directory) {
    facts = &visit_node(entry.id, depth + 1);
  } else if (object->type == ObjectType::file && entry.kind != EntryKind::symlink) {
    facts = &visit_recipe(entry.id, std::nullopt);
  } else {
    visit_chunk(entry.id, entry.size, parent, of_chunk.hurt);
    of_chunk.size = entry.size;
    facts = &of_chunk;
  }
  merge(hurt, facts->hurt);
  const bool counts_match = facts->size == entry.size &&
                            (entry.kind != EntryKind::directory || facts->files == entry.files);
  if (facts->hurt.empty() && !counts_match) {
    merge(hurt,
          {damage_of(parent.id,
                     parent.type,
                     (entry.name.empty() ? "" : "entry " + quote(entry.name) + " ") +
                         "has other counts than its content")});
  }
}

const RootWalk::Facts& RootWalk::visit_node(const ObjectId& id, std::size_t depth) {
  cancel_.check();
  if (const auto known = visited_.find(id); known != visited_.end()) {
    return known->second;
  }
  Facts facts;
  try {
    if (depth > kMaxDepth) {
      throw Error(ErrorKind::corrupt, "lies deeper than 2048 directories");
    }
    for (const Entry& entry : reader_.read_node(id).entries) {
      visit_entry(entry, {id, ObjectType::node}, depth, facts.hurt);
      facts.size += entry.size;
      facts.files += entry.files;
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    merge(facts.hurt, {damage_of(id, ObjectType::node, error.message())});
  }
  return visited_.emplace(id, std::move(facts)).first->second;
}

void RootWalk::walk_part(const ObjectId& root_id, const Root& root) {
  may_lack_files_ = true;
  walk(root_id, root);
}

void RootWalk::walk(const ObjectId& root_id, const Root& root) {
  Hurt hurt;
  visit_entry(root.top, {root_id, ObjectType::root}, 0, hurt);
  for (const std::size_t place : hurt) {
    damages_[place].roots.push_back(root_id);
  }
}

}  // namespace mlops::store
