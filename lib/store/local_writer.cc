#include "store/local_writer.h"

#include <utility>

#include "base/error.h"
#include "os/clone.h"
#include "store/noise_runs.h"
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
      temporary_(layout.temporary()),
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
  if (claim(id, content.size())) {
    write_claimed([&] { packs_.add(type, id, content, hint); });
  }
  return id;
}

bool LocalWriter::claim(const ObjectId& id, std::size_t size) {
  const bool in_store = reader_.contains(id);
  const std::lock_guard lock(mutex_);
  if (in_store || !written_.insert(id).second) {
    ++counts_.reused_objects;
    counts_.reused_bytes += size;
    return false;
  }
  ++counts_.new_objects;
  counts_.new_bytes += size;
  return true;
}

template <typename Write>
void LocalWriter::write_claimed(const Write& write) {
  try {
    write();
  } catch (...) {
    // The object counts as written, but is not: this session can no longer commit.
    failed_ = true;
    throw;
  }
}

bool LocalWriter::can_share_blocks() {
  std::call_once(asked_, [&] { can_share_blocks_ = os::can_clone_files(temporary_); });
  return can_share_blocks_;
}

/// What does not compress, and is new, goes into blocks that lie in the pack as they lie in the
/// file; the rest as always.
void LocalWriter::put_pieces(Pieces pieces,
                             const FilePlace& place,
                             const PlacementHint& hint,
                             std::span<ChunkRef> chunks) {
  if (place.file == nullptr || !can_share_blocks()) {
    ContentWriter::put_pieces(pieces, place, hint, chunks);
    return;
  }
  check_usable();
  std::vector<std::uint8_t> is_noise(pieces.size(), 0);
  for_each(pieces.size(), [&](std::size_t i) {
    const std::span<const std::uint8_t> piece = pieces[i];
    const ObjectId id = compute_id(ObjectType::chunk, piece);
    chunks[i] = {id, static_cast<std::uint32_t>(piece.size())};
    if (looks_incompressible(piece)) {
      is_noise[i] = 1;
    } else if (claim(id, piece.size())) {
      write_claimed([&] { packs_.add(ObjectType::chunk, id, piece, hint); });
    }
  });
  write_claimed([&] {
    const std::vector<NoiseRun> runs = find_noise_runs(chunks, [&](std::size_t i) {
      return is_noise[i] != 0 && claim(chunks[i].id, chunks[i].size);
    });
    for_each(runs.size(), [&](std::size_t i) {
      const NoiseRun& run = runs[i];
      packs_.add_noise(chunks.subspan(run.first, run.count),
                       {pieces[run.first].data(), run.size},
                       {place.file, place.offset + run.offset},
                       hint);
    });
  });
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

template <typename WriteRoot>
ObjectId LocalWriter::commit_with(const Entry& top, const WriteRoot& write_root) {
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
    return write_root();
  } catch (...) {
    failed_ = true;
    throw;
  }
}

/// What was here in part is whole now.
ObjectId LocalWriter::commit(const Entry& top, std::string_view data_set) {
  return commit_with(top, [&] {
    if (const auto part = roots_.find_partial_of(top)) {
      roots_.take_over(part->first, part->second, data_set);
      return part->first;
    }
    return roots_.add(top, data_set);
  });
}

ObjectId LocalWriter::commit_part(const Entry& top) {
  return commit_with(top, [&] {
    if (const auto part = roots_.find_partial_of(top)) {
      // Again: a writer that died may not have synced it.
      roots_.add_partial(part->first, part->second);
      return part->first;
    }
    return roots_.add_partial(top);
  });
}

WriteCounts LocalWriter::counts() const {
  const std::lock_guard lock(mutex_);
  WriteCounts counts = counts_;
  counts.stored_bytes = packs_.stored_bytes();
  return counts;
}

}  // namespace mlops::store
