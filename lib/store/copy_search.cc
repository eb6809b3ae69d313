#include "store/copy_search.h"

#include <set>
#include <utility>

#include "base/error.h"
#include "store/run_split.h"

namespace mlops::store {

namespace {

[[noreturn]] void refuse_commit() {
  throw Error(ErrorKind::internal, "a writer that looks for copies cannot commit");
}

/// Ids that a directory level or a chunk list names. What cannot be decoded names nothing: the walk
/// of the roots says what is wrong with it.
std::vector<ObjectId> named_by(ObjectType type,
                               std::span<const std::uint8_t> content,
                               const ObjectId& id) {
  std::vector<ObjectId> ids;
  try {
    if (type == ObjectType::file) {
      for (const Recipe::Part& part : decode_recipe(content, id).parts) {
        ids.push_back(part.id);
      }
    } else if (type == ObjectType::node) {
      const auto any = decode_any_node(content, id);
      if (const auto* branch = std::get_if<NodeBranch>(&any)) {
        for (const NodeBranch::Child& child : branch->children) {
          ids.push_back(child.id);
        }
      } else {
        for (const Entry& entry : std::get<Node>(any).entries) {
          ids.push_back(entry.id);
        }
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return {};
  }
  return ids;
}

}  // namespace

void CopySearch::set_source(std::string name) {
  const std::lock_guard lock(mutex_);
  source_ = std::move(name);
}

ObjectId CopySearch::put(ObjectType type,
                         std::span<const std::uint8_t> content,
                         const PlacementHint& /*hint*/) {
  const ObjectId id = compute_id(type, content);
  if (sound_.contains(id)) {
    return id;
  }
  const std::lock_guard lock(mutex_);
  const auto [place, is_new] = offered_.try_emplace(id);
  if (is_new) {
    place->second.found = {type, source_};
    if (type != ObjectType::chunk) {
      place->second.structure.assign(content.begin(), content.end());
    }
  }
  return id;
}

ObjectId CopySearch::commit(const Entry& /*top*/, std::string_view /*data_set*/) {
  refuse_commit();
}

std::vector<ObjectId> CopySearch::children_of(const ObjectId& id) const {
  if (const auto offered = offered_.find(id); offered != offered_.end()) {
    return named_by(offered->second.found.type, offered->second.structure, id);
  }
  const CheckedObject* object = sound_.find(id);
  if (object == nullptr || object->type == ObjectType::chunk) {
    return {};
  }
  try {
    return named_by(object->type, reader_.read(object->type, id).bytes, id);
  } catch (const Error& error) {
    // Its index lies about its place: it is copied, and a later repair sees below it.
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return {};
  }
}

CopySearch::Result CopySearch::result() const {
  const std::lock_guard lock(mutex_);
  Result result;
  std::vector<ObjectId> open = wanted_;
  std::set<ObjectId> seen(wanted_.begin(), wanted_.end());
  while (!open.empty()) {
    const ObjectId id = open.back();
    open.pop_back();
    if (const auto offered = offered_.find(id); offered != offered_.end()) {
      result.found.emplace(id, offered->second.found);
    } else if (!sound_.contains(id)) {
      result.missing.push_back(id);
      continue;
    }
    for (const ObjectId& child : children_of(id)) {
      if (seen.insert(child).second) {
        open.push_back(child);
      }
    }
  }
  return result;
}

ObjectId CopyTaker::put(ObjectType type,
                        std::span<const std::uint8_t> content,
                        const PlacementHint& hint) {
  const ObjectId id = compute_id(type, content);
  {
    const std::lock_guard lock(mutex_);
    if (wanted_.erase(id) == 0) {
      return id;
    }
  }
  packs_.add(type, id, content, hint);
  return id;
}

ObjectId CopyTaker::commit(const Entry& /*top*/, std::string_view /*data_set*/) {
  refuse_commit();
}

bool CopyTaker::is_done() const {
  const std::lock_guard lock(mutex_);
  return wanted_.empty();
}

}  // namespace mlops::store
