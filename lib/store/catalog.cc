#include "store/catalog.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/hex.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::store {

namespace {
enum Usability : std::uint8_t { not_asked = 0, usable = 1, unusable = 2 };
}  // namespace

Catalog::Segment::Segment(std::unique_ptr<IndexSegment> segment_index)
    : index(std::move(segment_index)),
      usable(std::make_unique<std::atomic<std::uint8_t>[]>(index->packs().size())) {}

std::shared_ptr<const Catalog::Segments> Catalog::segments() const {
  const std::lock_guard lock(mutex_);
  if (!segments_) {
    segments_ = std::make_shared<Segments>(load_all(Trust::front));
  }
  return segments_;
}

Catalog::Segments Catalog::load_all(Trust trust) const {
  Segments loaded;
  for (const std::string& name : os::list_directory(layout_.indexes())) {
    const fs::path path = layout_.indexes() / name;
    const auto stat = os::lstat_file(path);
    if (!stat || stat->kind != os::FileKind::regular) {
      continue;
    }
    try {
      auto index = IndexSegment::from_file(path);
      if (trust == Trust::front || index->is_intact()) {
        loaded.push_back(std::make_shared<Segment>(std::move(index)));
      }
    } catch (const Error& error) {
      // Derived data: its packs count as uncovered and are scanned when something is missing.
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
    }
  }
  return loaded;
}

void Catalog::reload() {
  auto fresh = std::make_shared<Segments>(load_all(Trust::front));
  const std::lock_guard lock(mutex_);
  segments_ = std::move(fresh);
}

void Catalog::recover() {
  auto intact = std::make_shared<Segments>(load_all(Trust::intact));
  {
    const std::lock_guard lock(mutex_);
    segments_ = std::move(intact);
  }
  adopt_uncovered(Persist::no);
}

void Catalog::append(std::unique_ptr<IndexSegment> index) {
  auto segment = std::make_shared<Segment>(std::move(index));
  const auto before = segments();
  const std::lock_guard lock(mutex_);
  auto after = std::make_shared<Segments>(*segments_);
  after->push_back(std::move(segment));
  segments_ = std::move(after);
}

bool Catalog::is_usable(const Segment& segment, std::uint32_t pack) const {
  std::atomic<std::uint8_t>& state = segment.usable[pack];
  std::uint8_t known = state.load(std::memory_order_relaxed);
  if (known == not_asked) {
    const PackInfo& info = segment.index->packs()[pack];
    known = packs_.size_of(info.name) == info.size ? usable : unusable;
    state.store(known, std::memory_order_relaxed);
  }
  return known == usable;
}

bool Catalog::contains(const ObjectId& id) const {
  const auto all = segments();
  return std::any_of(all->begin(), all->end(), [&](const auto& segment) {
    return segment->index->any_of(id,
                                  [&](std::uint32_t pack) { return is_usable(*segment, pack); });
  });
}

std::vector<Location> Catalog::find(const ObjectId& id) const {
  const auto all = segments();
  std::vector<Location> locations;
  std::vector<IndexRecord> records;
  for (const auto& segment : *all) {
    records.clear();
    segment->index->find(id, records);
    for (const IndexRecord& record : records) {
      locations.push_back({segment->index->packs()[record.pack].name, record.object});
    }
  }
  return locations;
}

std::vector<std::shared_ptr<const IndexSegment>> Catalog::snapshot() const {
  std::vector<std::shared_ptr<const IndexSegment>> indexes;
  for (const auto& segment : *segments()) {
    indexes.emplace_back(segment, segment->index.get());
  }
  return indexes;
}

std::vector<PackName> Catalog::covered_packs() const {
  const auto all = segments();
  std::vector<PackName> names;
  for (const auto& segment : *all) {
    for (const PackInfo& info : segment->index->packs()) {
      names.push_back(info.name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::size_t Catalog::adopt_uncovered(Persist persist) {
  const std::vector<PackName> covered = covered_packs();
  std::vector<PackInfo> packs;
  std::vector<IndexRecord> records;
  std::set<fs::path> directories;
  for (const PackName& name : list_packs(layout_)) {
    if (std::binary_search(covered.begin(), covered.end(), name)) {
      continue;
    }
    const auto size = packs_.size_of(name);
    if (!size) {
      continue;
    }
    const auto number = static_cast<std::uint32_t>(packs.size());
    try {
      for (const PackedObject& object : packs_.list_objects_of(name)) {
        records.push_back({object, number});
      }
    } catch (const Error& error) {
      // fsck names it; here it must not hide the sound packs.
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      continue;
    }
    packs.push_back({name, *size});
    directories.insert(layout_.pack_directory(name));
  }
  if (packs.empty()) {
    return 0;
  }
  if (persist == Persist::no) {
    std::vector<std::uint8_t> bytes = encode_segment(packs, std::move(records));
    std::string name = to_hex(codec::sha256(bytes));
    append(IndexSegment::from_bytes(std::move(bytes), std::move(name)));
    return packs.size();
  }
  // Its writer may have died, or not yet come, between the rename and the sync of the directory.
  for (const fs::path& directory : directories) {
    os::sync_directory(directory);
  }
  add_segment(packs, std::move(records));
  return packs.size();
}

std::string publish_segment(const Layout& layout, std::span<const std::uint8_t> bytes) {
  std::string name = to_hex(codec::sha256(bytes));
  os::TempFile file(layout.temporary());
  file.write(bytes);
  file.publish(layout.indexes() / name, os::Durability::durable, os::TempFile::Replace::yes, 0444);
  return name;
}

void Catalog::add_segment(std::span<const PackInfo> packs, std::vector<IndexRecord> records) {
  std::vector<std::uint8_t> bytes = encode_segment(packs, std::move(records));
  std::string name = publish_segment(layout_, bytes);
  append(IndexSegment::from_bytes(std::move(bytes), std::move(name)));
}

std::vector<PackedObject> Catalog::objects_of(const PackName& pack) const {
  const auto all = segments();
  std::vector<PackedObject> objects;
  for (const auto& segment : *all) {
    const IndexSegment& index = *segment->index;
    for (std::size_t number = 0; number < index.packs().size(); ++number) {
      if (index.packs()[number].name != pack) {
        continue;
      }
      for (std::size_t at = 0; at < index.record_count(); ++at) {
        const IndexRecord record = index.record(at);
        if (record.pack == number) {
          objects.push_back(record.object);
        }
      }
    }
  }
  return objects;
}

std::vector<std::string> Catalog::remove_damaged() {
  std::vector<std::string> removed;
  for (const std::string& name : os::list_directory(layout_.indexes())) {
    const fs::path path = layout_.indexes() / name;
    bool intact = false;
    try {
      intact = IndexSegment::from_file(path)->is_intact();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
    }
    if (!intact) {
      os::remove_file(path);
      removed.push_back(name);
    }
  }
  reload();
  return removed;
}

}  // namespace mlops::store
