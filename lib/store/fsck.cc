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

namespace mlops::store {

namespace {

struct PackResult {
  PackName name{};
  CheckedPack checked;
};

CheckedPack read_and_check(const StoreParts& parts, const PackName& name) {
  const fs::path path = parts.layout.pack(name);
  const auto fd = os::open_regular(path);
  if (!fd) {
    return {{}, {{0, 0, "missing"}}, 0};
  }
  const std::uint64_t size = os::stat_fd(*fd, path).size;
  if (size > kMaxPackBytes) {
    return {{}, {{0, size, "too large for a pack"}}, size};
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  bytes.resize(os::pread_full(*fd, bytes, 0, path));
  return check_pack(bytes, name);
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

std::vector<PackResult> check_packs(const StoreParts& parts,
                                    Progress& progress,
                                    const CancelToken& cancel) {
  const std::vector<PackName> names = all_packs(parts);
  std::vector<PackResult> results(names.size());
  progress.begin("checking packs", names.size(), 0);
  os::ThreadPool pool;
  pool.for_each(names.size(), [&](std::size_t i) {
    cancel.check();
    results[i] = {names[i], read_and_check(parts, names[i])};
    progress.advance(1, results[i].checked.bytes);
  });
  progress.end();
  return results;
}

/// Names the objects that the index places in the damaged bytes of a pack; what stays in `damaged`
/// holds no object that anybody knows of.
void add_lost_objects(const StoreParts& parts, PackResult& result) {
  CheckedPack& pack = result.checked;
  std::set<ObjectId> named;
  for (const CheckedObject& object : pack.objects) {
    named.insert(object.id);
  }
  std::vector<bool> is_explained(pack.damaged.size(), false);
  for (const PackedObject& object : parts.catalog.objects_of(result.name)) {
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

std::vector<CheckedObject> collect_sound(const std::vector<PackResult>& packs) {
  std::vector<CheckedObject> sound;
  for (const PackResult& pack : packs) {
    std::copy_if(pack.checked.objects.begin(),
                 pack.checked.objects.end(),
                 std::back_inserter(sound),
                 [](const CheckedObject& object) { return object.problem.empty(); });
  }
  const auto by_id = [](const CheckedObject& a, const CheckedObject& b) { return a.id < b.id; };
  std::sort(sound.begin(), sound.end(), by_id);
  const auto same = [](const CheckedObject& a, const CheckedObject& b) { return a.id == b.id; };
  sound.erase(std::unique(sound.begin(), sound.end(), same), sound.end());
  return sound;
}

void add_pack_damages(const std::vector<PackResult>& packs,
                      const StoreParts& parts,
                      const std::vector<CheckedObject>& sound,
                      FsckReport& report,
                      RootWalk& walk) {
  const auto has_sound_copy = [&](const ObjectId& id) {
    const auto place = std::lower_bound(
        sound.begin(), sound.end(), id, [](const CheckedObject& object, const ObjectId& key) {
          return object.id < key;
        });
    return place != sound.end() && place->id == id;
  };
  for (const PackResult& pack : packs) {
    const std::string where = parts.layout.pack(pack.name).string();
    for (const DamagedBytes& bytes : pack.checked.damaged) {
      report.pack_damages.push_back({to_hex(pack.name), bytes, where});
    }
    for (const CheckedObject& object : pack.checked.objects) {
      if (object.problem.empty()) {
        continue;
      }
      if (has_sound_copy(object.id)) {
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

void walk_roots(const StoreParts& parts, RootWalk& walk, FsckReport& report, Progress& progress) {
  const std::vector<ObjectId> ids = parts.roots.list();
  progress.begin("checking versions", ids.size(), 0);
  std::size_t restored = 0;
  for (const ObjectId& id : ids) {
    ++report.roots;
    try {
      if (const auto root = parts.roots.find(id)) {
        walk.walk(id, *root);
        restored += parts.roots.restore_content_entry(id, *root) ? 1U : 0U;
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      report.damages.push_back({id,
                                ObjectType::root,
                                error.message(),
                                (parts.layout.roots() / id.hex()).string(),
                                {id}});
    }
    progress.advance(1, 0);
  }
  progress.end();
  if (restored > 0) {
    report.notes.push_back("content map: " + plural(restored, "root") + " added again");
  }
}

}  // namespace

FsckReport check_store(const StoreParts& parts, Progress& progress, const CancelToken& cancel) {
  FsckReport report;
  for (const std::string& name : parts.catalog.remove_damaged()) {
    report.notes.push_back("index " + name + " was damaged: rebuilt from packs");
  }
  if (const std::size_t packs = parts.catalog.adopt_uncovered(Catalog::Persist::yes); packs > 0) {
    report.notes.push_back("index: " + plural(packs, "pack") + " added that no index covered");
  }
  std::vector<PackResult> packs = check_packs(parts, progress, cancel);
  for (PackResult& pack : packs) {
    if (!pack.checked.damaged.empty()) {
      add_lost_objects(parts, pack);
    }
    report.packs += 1;
    report.objects += pack.checked.objects.size();
    report.bytes += pack.checked.bytes;
  }
  const std::vector<CheckedObject> sound = collect_sound(packs);
  RootWalk walk(sound, parts.reader, cancel);
  add_pack_damages(packs, parts, sound, report, walk);
  walk_roots(parts, walk, report, progress);
  for (Damage& damage : walk.take_damages()) {
    report.damages.push_back(std::move(damage));
  }
  return report;
}

}  // namespace mlops::store
