#include "store/local_writer.h"

#include <utility>

#include "base/error.h"
#include "store/run_split.h"

namespace mlops::store {

LocalWriter::LocalWriter(const Layout& layout,
                         os::FileLock lock,
                         Catalog& catalog,
                         const ObjectReader& reader,
                         DamageNotes& notes,
                         Roots& roots,
                         os::ThreadPool* pool)
    : ContentWriter(pool),
      lock_(std::move(lock)),
      catalog_(catalog),
      reader_(reader),
      notes_(notes),
      roots_(roots),
      packs_(layout) {}

void LocalWriter::check_usable() const {
  if (failed_) {
    throw Error(ErrorKind::io, "an earlier write to the store failed: nothing more is stored");
  }
}

ObjectId LocalWriter::put(ObjectType type,
                          std::span<const std::uint8_t> content,
                          const PlacementHint& hint) {
  check_usable();
  if (content.size() > (type == ObjectType::chunk ? kMaxChunkBytes : kMaxObjectBytes)) {
    throw Error(ErrorKind::internal, "an object is larger than the store's format allows");
  }
  const ObjectId id = compute_id(type, content);
  {
    const bool in_store = reader_.contains(id);
    const std::lock_guard lock(mutex_);
    if (in_store || !written_.insert(id).second) {
      ++counts_.reused_objects;
      counts_.reused_bytes += content.size();
      return id;
    }
    ++counts_.new_objects;
    counts_.new_bytes += content.size();
  }
  try {
    packs_.add(type, id, content, hint);
  } catch (...) {
    // The object counts as written, but is not: this session can no longer commit.
    failed_ = true;
    throw;
  }
  return id;
}

bool LocalWriter::is_known(const ObjectId& id) {
  {
    const std::lock_guard lock(mutex_);
    if (written_.contains(id)) {
      return true;
    }
  }
  return reader_.contains(id);
}

/// What was found damaged and is sound now, by this session's packs or another's.
void LocalWriter::forget_healed() {
  for (const ObjectId& id : notes_.list()) {
    if (reader_.has_sound_copy(id)) {
      notes_.remove(id);
      const std::lock_guard lock(mutex_);
      counts_.healed_objects += written_.contains(id) ? 1U : 0U;
    }
  }
}

ObjectId LocalWriter::commit(const Entry& top, std::string_view data_set) {
  check_usable();
  try {
    // The order is the contract: packs, then their index, then the root.
    auto published = packs_.finish();
    if (!published.packs.empty()) {
      catalog_.add_segment(published.packs, std::move(published.records));
    }
    forget_healed();
    if (!is_known(top.id)) {
      throw Error(ErrorKind::internal, "a root is to be written for content that is not stored");
    }
    if (const auto existing = roots_.find_of(top)) {
      roots_.sync();
      return *existing;
    }
    return roots_.add(top, data_set);
  } catch (...) {
    failed_ = true;
    throw;
  }
}

WriteCounts LocalWriter::counts() const {
  const std::lock_guard lock(mutex_);
  WriteCounts counts = counts_;
  counts.stored_bytes = packs_.stored_bytes();
  return counts;
}

}  // namespace mlops::store
