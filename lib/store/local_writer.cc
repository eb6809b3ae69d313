#include "store/local_writer.h"

#include <utility>

#include "base/error.h"
#include "codec/crc32c.h"
#include "store/run_split.h"

namespace mlops::store {

namespace {

/// Larger objects gain nothing from company: each is a block of its own.
constexpr std::size_t kOwnBlockBytes = 32U << 10U;

}  // namespace

LocalWriter::LocalWriter(
    const Layout& layout, os::FileLock lock, Catalog& catalog, Roots& roots, os::ThreadPool* pool)
    : ContentWriter(pool),
      lock_(std::move(lock)),
      catalog_(catalog),
      roots_(roots),
      publisher_(layout) {}

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
    const bool in_store = catalog_.contains(id);
    const std::lock_guard lock(mutex_);
    if (in_store || !written_.insert(id).second) {
      ++counts_.reused_objects;
      counts_.reused_bytes += content.size();
      return id;
    }
    ++counts_.new_objects;
    counts_.new_bytes += content.size();
  }
  const PendingMember member{{type, static_cast<std::uint32_t>(content.size()), id},
                             codec::crc32c(content)};
  try {
    store_new(member, content, hint);
  } catch (...) {
    // The object counts as written, but is not: this session can no longer commit.
    failed_ = true;
    throw;
  }
  return id;
}

void LocalWriter::store_new(const PendingMember& member,
                            std::span<const std::uint8_t> content,
                            const PlacementHint& hint) {
  if (content.size() >= kOwnBlockBytes) {
    append(encode_block({member}, content, hint.compress));
    return;
  }
  std::vector<SharedBlock> full;
  {
    const std::lock_guard lock(mutex_);
    full = groups_.add(member, content, hint);
  }
  append_shared(std::move(full));
}

void LocalWriter::append_shared(std::vector<SharedBlock> blocks) {
  for (SharedBlock& block : blocks) {
    append(encode_block(std::move(block.members), block.plain, block.compress));
  }
}

void LocalWriter::append(const EncodedBlock& block) {
  std::optional<PackBuilder> full;
  {
    const std::lock_guard lock(mutex_);
    builder_.append(block);
    counts_.stored_bytes += block.size();
    if (builder_.size() >= kTargetPackBytes) {
      full = std::exchange(builder_, PackBuilder());
    }
  }
  if (full) {
    publisher_.publish(std::move(*full));
  }
}

void LocalWriter::flush() {
  std::vector<SharedBlock> rest;
  {
    const std::lock_guard lock(mutex_);
    rest = groups_.take_all();
  }
  append_shared(std::move(rest));
  std::optional<PackBuilder> last;
  {
    const std::lock_guard lock(mutex_);
    if (!builder_.is_empty()) {
      last = std::exchange(builder_, PackBuilder());
    }
  }
  if (last) {
    publisher_.publish(std::move(*last));
  }
  publisher_.wait();
}

bool LocalWriter::is_known(const ObjectId& id) {
  {
    const std::lock_guard lock(mutex_);
    if (written_.contains(id)) {
      return true;
    }
  }
  return catalog_.contains(id);
}

ObjectId LocalWriter::commit(const Entry& top, std::string_view data_set) {
  check_usable();
  try {
    // The order is the contract: packs, then their index, then the root.
    flush();
    auto published = publisher_.take_published();
    if (!published.packs.empty()) {
      catalog_.add_segment(published.packs, std::move(published.records));
    }
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
  return counts_;
}

}  // namespace mlops::store
