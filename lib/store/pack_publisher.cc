#include "store/pack_publisher.h"

#include <algorithm>
#include <utility>

#include "codec/sha256.h"
#include "os/file.h"
#include "os/share_blocks.h"

namespace mlops::store {

namespace {

/// True when the bytes of the file at `offset` are these.
bool holds(const os::TempFile& file, std::span<const std::uint8_t> bytes, std::uint64_t offset) {
  std::vector<std::uint8_t> found(bytes.size());
  const std::size_t got = os::pread_full(file.fd(), found, offset, file.path());
  return got == bytes.size() && std::equal(found.begin(), found.end(), bytes.begin());
}

/// Whole blocks that a pack and a file have in common.
struct Whole {
  std::uint64_t begin = 0;  ///< in the pack
  std::uint64_t end = 0;
};

Whole whole_blocks(const SharedStretch& stretch) {
  Whole whole{(stretch.offset + os::kBlockBytes - 1) / os::kBlockBytes * os::kBlockBytes,
              (stretch.offset + stretch.size) / os::kBlockBytes * os::kBlockBytes};
  whole.end = std::max(whole.begin, whole.end);
  return whole;
}

/// Writes the pack and hashes it, slice by slice while a slice is still near the processor.
PackName write_whole(os::TempFile& file, std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kSliceBytes = 256U << 10U;
  codec::Sha256 hasher;
  while (!bytes.empty()) {
    const auto slice = bytes.first(std::min(bytes.size(), kSliceBytes));
    hasher.update(slice);
    file.write(slice);
    bytes = bytes.subspan(slice.size());
  }
  return hasher.finish();
}

/// Writes the pack, less the blocks that it can share with the files that its bytes came from. What
/// these give is read back: a file may have changed since it was read. Ends sharing at the first
/// refusal, as of a work tree on another file system.
void write_sharing(os::TempFile& file, const FinishedPack& pack) {
  const std::span bytes(pack.bytes);
  std::uint64_t at = 0;
  const auto write_until = [&](std::uint64_t end) {
    const auto rest =
        bytes.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(end - at));
    os::pwrite_full(file.fd(), rest, at, file.path());
    at = end;
  };
  for (const SharedStretch& stretch : pack.shared) {
    const Whole whole = whole_blocks(stretch);
    const std::uint64_t size = whole.end - whole.begin;
    write_until(whole.begin);
    if (!os::share_range(
            {*stretch.source.file, stretch.source.offset + (whole.begin - stretch.offset)},
            {file.fd(), whole.begin},
            size)) {
      break;
    }
    if (holds(file,
              bytes.subspan(static_cast<std::size_t>(whole.begin), static_cast<std::size_t>(size)),
              whole.begin)) {
      at = whole.end;
    }
  }
  write_until(bytes.size());
}

}  // namespace

PackPublisher::PackPublisher(Layout layout) : layout_(std::move(layout)), pool_(kInFlight) {}

PackPublisher::~PackPublisher() = default;

void PackPublisher::rethrow_failure() {
  if (failure_) {
    std::rethrow_exception(failure_);
  }
}

void PackPublisher::publish(PackBuilder builder) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return in_flight_ < kInFlight || failure_; });
    rethrow_failure();
    ++in_flight_;
  }
  // A std::function must be copyable, a pack must not be copied.
  auto shared = std::make_shared<PackBuilder>(std::move(builder));
  pool_.submit([this, shared] {
    std::exception_ptr failure;
    try {
      publish_now(std::move(*shared));
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (failure && !failure_) {
      failure_ = failure;
    }
    changed_.notify_all();
  });
}

void PackPublisher::publish_now(PackBuilder builder) {
  FinishedPack pack = std::move(builder).finish();
  os::TempFile file(layout_.temporary());
  PackName name{};
  if (pack.shared.empty()) {
    name = write_whole(file, pack.bytes);
  } else {
    name = codec::sha256(pack.bytes);
    write_sharing(file, pack);
  }
  file.publish(layout_.pack(name), os::Durability::durable, os::TempFile::Replace::no, 0444);
  const std::lock_guard lock(mutex_);
  const auto number = static_cast<std::uint32_t>(published_.packs.size());
  published_.packs.push_back({name, pack.bytes.size()});
  for (const PackedObject& object : pack.objects) {
    published_.records.push_back({object, number});
  }
  memory_.give_back(std::move(pack.bytes));
}

void PackPublisher::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return in_flight_ == 0; });
  rethrow_failure();
}

PackPublisher::Published PackPublisher::take_published() {
  const std::lock_guard lock(mutex_);
  return std::exchange(published_, {});
}

}  // namespace mlops::store
