#include "store/mark.h"

#include <algorithm>

#include "base/error.h"
#include "store/run_split.h"

namespace mlops::store {

void Mark::extend(const std::vector<Segment>& segments) {
  for (const Segment& index : segments) {
    if (!names_.insert(index->name()).second) {
      continue;
    }
    Marked marked{index, std::vector<bool>(index->record_count(), false), {}};
    for (const PackInfo& pack : index->packs()) {
      marked.is_pack_usable.push_back(packs_.size_of(pack.name) == pack.size);
    }
    segments_.push_back(std::move(marked));
  }
}

bool Mark::has(const ObjectId& id) const {
  std::vector<std::size_t> places;
  return std::any_of(segments_.begin(), segments_.end(), [&](const Marked& segment) {
    places.clear();
    segment.index->find_places(id, places);
    return std::any_of(
        places.begin(), places.end(), [&](std::size_t at) { return bool{segment.records[at]}; });
  });
}

bool Mark::insert(const ObjectId& id) {
  bool is_new = false;
  std::vector<std::size_t> places;
  for (Marked& segment : segments_) {
    places.clear();
    segment.index->find_places(id, places);
    for (const std::size_t at : places) {
      is_new = is_new || !segment.records[at];
      segment.records[at] = true;
    }
  }
  return is_new;
}

/// Without a type: a chunk, or else a chunk list, as the packs have it.
void Mark::visit(const ObjectId& id, std::optional<ObjectType> type) {
  bool is_there = false;
  bool was_marked = false;
  Pending found{id, ObjectType::chunk};
  std::uint64_t bytes = 0;
  std::vector<std::size_t> places;
  for (Marked& segment : segments_) {
    places.clear();
    segment.index->find_places(id, places);
    for (const std::size_t at : places) {
      was_marked = was_marked || segment.records[at];
      segment.records[at] = true;
      const IndexRecord record = segment.index->record(at);
      const bool fits =
          type ? record.object.type == *type
               : record.object.type == ObjectType::chunk || record.object.type == ObjectType::file;
      if (fits && segment.is_pack_usable[record.pack]) {
        is_there = true;
        found.type = record.object.type;
        bytes = record.object.length;
      }
    }
  }
  if (!is_there && files_ == Files::those_here && type != ObjectType::node) {
    return;
  }
  if (!is_there) {
    throw Error(ErrorKind::corrupt,
                describe(type.value_or(ObjectType::chunk), id) + " is missing",
                "mlops data fsck");
  }
  if (was_marked) {
    return;
  }
  new_bytes_ += bytes;
  if (found.type != ObjectType::chunk) {
    pending_.push_back(found);
  }
}

void Mark::visit_entry(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::directory:
      return visit(entry.id, ObjectType::node);
    case EntryKind::symlink:
      return visit(entry.id, ObjectType::chunk);
    default:
      return visit(entry.id, std::nullopt);
  }
}

void Mark::expand(const Pending& object) {
  const ObjectView view = reader_.read(object.type, object.id);
  if (object.type == ObjectType::file) {
    const Recipe recipe = decode_recipe(view.bytes, object.id);
    for (const Recipe::Part& part : recipe.parts) {
      visit(part.id, recipe.level == 0 ? ObjectType::chunk : ObjectType::file);
    }
    return;
  }
  const auto node = decode_any_node(view.bytes, object.id);
  if (const auto* branch = std::get_if<NodeBranch>(&node)) {
    for (const NodeBranch::Child& child : branch->children) {
      visit(child.id, ObjectType::node);
    }
    return;
  }
  for (const Entry& entry : std::get<Node>(node).entries) {
    visit_entry(entry);
  }
}

std::uint64_t Mark::mark(const ObjectId& root_id, const Root& root, Files files) {
  files_ = files;
  new_bytes_ = 0;
  pending_.clear();
  try {
    visit_entry(root.top);
    while (!pending_.empty()) {
      cancel_.check();
      const Pending next = pending_.back();
      pending_.pop_back();
      expand(next);
    }
  } catch (Error& error) {
    error.add_context("version " + format_root(root_id));
    throw;
  }
  return new_bytes_;
}

std::map<PackName, Mark::Tally> Mark::tally(std::size_t segments) const {
  std::map<PackName, Tally> packs;
  for (std::size_t i = 0; i < segments; ++i) {
    const Marked& segment = segments_[i];
    std::vector<Tally> tallies(segment.index->packs().size());
    for (std::size_t at = 0; at < segment.index->record_count(); ++at) {
      const IndexRecord record = segment.index->record(at);
      if (record.pack >= tallies.size()) {
        continue;  // forged: no lookup finds it either
      }
      Tally& tally = tallies[record.pack];
      ++tally.objects;
      tally.bytes += record.object.length;
      if (segment.records[at]) {
        ++tally.live_objects;
        tally.live_bytes += record.object.length;
      }
    }
    for (std::size_t number = 0; number < tallies.size(); ++number) {
      if (!segment.is_pack_usable[number]) {
        continue;
      }
      // Of a pack that two segments name, each record counts in both: dead is dead in both.
      Tally& sum = packs[segment.index->packs()[number].name];
      sum.objects += tallies[number].objects;
      sum.bytes += tallies[number].bytes;
      sum.live_objects += tallies[number].live_objects;
      sum.live_bytes += tallies[number].live_bytes;
    }
  }
  return packs;
}

}  // namespace mlops::store
