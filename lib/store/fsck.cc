#include "store/fsck.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>

#include "base/error.h"
#include "base/hex.h"
#include "base/units.h"
#include "os/file.h"
#include "os/pool.h"
#include "store/spare_memory.h"

namespace mlops::store {

namespace {

CheckedPack read_and_check(const StoreParts& parts, const PackName& name, SpareMemory& memory) {
  auto pack = read_pack(parts.layout, name, memory.take());
  CheckedPack result;
  result.name = name;
  if (!pack) {
    result.state = CheckedPack::State::missing;
    result.damaged = {{0, 0, "missing"}};
    return result;
  }
  if (pack->size > kMaxPackBytes) {
    result.bytes = pack->size;
    result.damaged = {{0, pack->size, "too large for a pack"}};
    return result;
  }
  result = check_pack(pack->bytes, name);
  memory.give_back(std::move(pack->bytes));
  return result;
}

/// Packs on disk and packs that only an index knows.
std::vector<PackName> all_packs(const StoreParts& parts) {
  const std::vector<PackName> present = list_packs(parts.layout);
  const std::vector<PackName> covered = parts.catalog.covered_packs();
  std::vector<PackName> all;
  std::set_union(
      present.begin(), present.end(), covered.begin(), covered.end(), std::back_inserter(all));
  return all;
}

/// Names the objects that the index places in the damaged bytes of a pack; what stays in `damaged`
/// holds no object that anybody knows of.
void add_lost_objects(const StoreParts& parts, CheckedPack& pack) {
  std::set<ObjectId> named;
  for (const CheckedObject& object : pack.objects) {
    named.insert(object.id);
  }
  std::vector<bool> is_explained(pack.damaged.size(), false);
  for (const PackedObject& object : parts.catalog.objects_of(pack.name)) {
    if (!named.insert(object.id).second) {
      continue;
    }
    std::string problem = "its pack does not hold it";
    for (std::size_t i = 0; i < pack.damaged.size(); ++i) {
      const DamagedBytes& bytes = pack.damaged[i];
      // A pack that was cut short is damaged up to where it once ended.
      const bool is_open = bytes.to == pack.bytes;
      if (object.block_offset >= bytes.from && (is_open || object.block_offset < bytes.to)) {
        problem = "its pack" + bytes.describe();
        is_explained[i] = true;
      }
    }
    pack.objects.push_back({object.id, object.type, object.length, std::move(problem)});
  }
  std::vector<DamagedBytes> rest;
  for (std::size_t i = 0; i < pack.damaged.size(); ++i) {
    if (!is_explained[i]) {
      rest.push_back(std::move(pack.damaged[i]));
    }
  }
  pack.damaged = std::move(rest);
}

void add_pack_damages(std::span<const CheckedPack> packs,
                      const StoreParts& parts,
                      const SoundObjects& sound,
                      FsckReport& report,
                      RootWalk& walk) {
  for (const CheckedPack& pack : packs) {
    const std::string where = parts.layout.pack(pack.name).string();
    for (const DamagedBytes& bytes : pack.damaged) {
      report.pack_damages.push_back({to_hex(pack.name), bytes, where});
    }
    for (const CheckedObject& object : pack.objects) {
      if (object.problem.empty()) {
        continue;
      }
      if (sound.contains(object.id)) {
        report.damages.push_back({object.id,
                                  object.type,
                                  object.problem + " (another pack has a sound copy)",
                                  where,
                                  {}});
      } else {
        walk.add_damage({object.id, object.type, object.problem, where, {}});
      }
    }
  }
}

Damage damage_of_root(const ObjectId& id, const fs::path& directory, const Error& error) {
  return {id, ObjectType::root, error.message(), (directory / id.hex()).string(), {id}};
}

/// Names what a part that is here lacks of what it should have. One that became whole meanwhile, or
/// was removed, is the matter of the next time.
void walk_parts(const StoreParts& parts,
                std::span<const ObjectId> ids,
                RootWalk& walk,
                FsckReport& report) {
  for (const ObjectId& id : ids) {
    ++report.roots;
    try {
      if (const auto root = parts.roots.find_partial(id)) {
        walk.walk_part(id, *root);
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      report.damages.push_back(damage_of_root(id, parts.layout.partial(), error));
    }
  }
}

void walk_roots(const StoreParts& parts,
                std::span<const ObjectId> ids,
                Derived derived,
                RootWalk& walk,
                FsckReport& report,
                Progress& progress) {
  progress.begin("checking versions", ids.size(), 0);
  std::size_t restored = 0;
  for (const ObjectId& id : ids) {
    ++report.roots;
    try {
      if (const auto root = parts.roots.find(id)) {
        walk.walk(id, *root);
        if (derived == Derived::rebuild) {
          restored += parts.roots.restore_content_entry(id, *root) ? 1U : 0U;
        }
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      report.damages.push_back(damage_of_root(id, parts.layout.roots(), error));
    }
    progress.advance(1, 0);
  }
  progress.end();
  if (restored > 0) {
    report.notes.push_back("content map: " + plural(restored, "root") + " added again");
  }
}

/// Those that some pack should hold; of what no pack is known to hold nobody is deceived.
void note_damages(const StoreParts& parts, const FsckReport& report, const SoundObjects& sound) {
  std::set<ObjectId> ids;
  for (const Damage& damage : report.damages) {
    if (damage.type != ObjectType::root && !damage.where.empty() && !sound.contains(damage.id)) {
      ids.insert(damage.id);
    }
  }
  parts.notes.replace(ids);
}

}  // namespace

std::optional<PackBytes> read_pack(const Layout& layout,
                                   const PackName& name,
                                   std::vector<std::uint8_t> memory) {
  const fs::path path = layout.pack(name);
  const auto fd = os::open_regular(path);
  if (!fd) {
    return std::nullopt;
  }
  PackBytes pack{std::move(memory), os::stat_fd(*fd, path).size};
  if (pack.size <= kMaxPackBytes) {
    pack.bytes.resize(static_cast<std::size_t>(pack.size));
    pack.bytes.resize(os::pread_full(*fd, pack.bytes, 0, path));
  } else {
    pack.bytes.clear();
  }
  return pack;
}

std::vector<CheckedPack> check_packs(const StoreParts& parts,
                                     std::vector<CheckedPack> known,
                                     Progress& progress,
                                     const CancelToken& cancel) {
  const std::vector<PackName> names = all_packs(parts);
  std::vector<CheckedPack> packs(names.size());
  std::vector<std::size_t> unknown;
  auto next = known.begin();
  for (std::size_t i = 0; i < names.size(); ++i) {
    while (next != known.end() && next->name < names[i]) {
      ++next;
    }
    const bool is_known = next != known.end() && next->name == names[i];
    if (is_known && parts.packs.size_of(names[i]) == next->bytes) {
      packs[i] = std::move(*next);
    } else {
      unknown.push_back(i);
    }
  }
  progress.begin("checking packs", unknown.size(), 0);
  SpareMemory memory;
  os::ThreadPool pool;
  pool.for_each(unknown.size(), [&](std::size_t i) {
    cancel.check();
    CheckedPack& pack = packs[unknown[i]];
    pack = read_and_check(parts, names[unknown[i]], memory);
    progress.advance(1, pack.bytes);
  });
  progress.end();
  for (const std::size_t i : unknown) {
    if (!packs[i].damaged.empty()) {
      add_lost_objects(parts, packs[i]);
    }
  }
  return packs;
}

SoundObjects::SoundObjects(std::span<const CheckedPack> packs) {
  for (const CheckedPack& pack : packs) {
    std::copy_if(pack.objects.begin(),
                 pack.objects.end(),
                 std::back_inserter(objects_),
                 [](const CheckedObject& object) { return object.problem.empty(); });
  }
  const auto by_id = [](const CheckedObject& a, const CheckedObject& b) { return a.id < b.id; };
  std::sort(objects_.begin(), objects_.end(), by_id);
  const auto same = [](const CheckedObject& a, const CheckedObject& b) { return a.id == b.id; };
  objects_.erase(std::unique(objects_.begin(), objects_.end(), same), objects_.end());
}

const CheckedObject* SoundObjects::find(const ObjectId& id) const {
  const auto place = std::lower_bound(
      objects_.begin(), objects_.end(), id, [](const CheckedObject& object, const ObjectId& key) {
        return object.id < key;
      });
  return place != objects_.end() && place->id == id ? &*place : nullptr;
}

void prepare_indexes(const StoreParts& parts, Derived derived, std::vector<std::string>& notes) {
  if (derived == Derived::leave) {
    parts.catalog.recover();
    return;
  }
  for (const std::string& name : parts.catalog.remove_damaged()) {
    notes.push_back("index " + name + " was damaged: rebuilt from packs");
  }
  if (const std::size_t packs = parts.catalog.adopt_uncovered(Catalog::Persist::yes); packs > 0) {
    notes.push_back("index: " + plural(packs, "pack") + " added that no index covered");
  }
}

ListedRoots list_roots(const StoreParts& parts) {
  // In this order: a part that becomes whole meanwhile is found as one of them.
  ListedRoots roots;
  roots.in_part = parts.roots.list_partial();
  roots.whole = parts.roots.list();
  return roots;
}

FsckReport judge(const StoreParts& parts,
                 const ListedRoots& roots,
                 std::span<const CheckedPack> packs,
                 Derived derived,
                 Progress& progress,
                 const CancelToken& cancel) {
  FsckReport report;
  for (const CheckedPack& pack : packs) {
    report.packs += 1;
    report.objects += pack.objects.size();
    report.bytes += pack.bytes;
  }
  const SoundObjects sound(packs);
  RootWalk walk(sound, parts.reader, cancel);
  add_pack_damages(packs, parts, sound, report, walk);
  walk_roots(parts, roots.whole, derived, walk, report, progress);
  walk_parts(parts, roots.in_part, walk, report);
  for (Damage& damage : walk.take_damages()) {
    report.damages.push_back(std::move(damage));
  }
  if (derived == Derived::rebuild) {
    note_damages(parts, report, sound);
  }
  report.map_damages = parts.foreign.find_problems();
  return report;
}

FsckReport check_store(const StoreParts& parts, Progress& progress, const CancelToken& cancel) {
  std::vector<std::string> notes;
  const ListedRoots roots = list_roots(parts);
  prepare_indexes(parts, Derived::rebuild, notes);
  const auto packs = check_packs(parts, {}, progress, cancel);
  FsckReport report = judge(parts, roots, packs, Derived::rebuild, progress, cancel);
  report.notes.insert(report.notes.begin(), notes.begin(), notes.end());
  return report;
}

}  // namespace mlops::store
