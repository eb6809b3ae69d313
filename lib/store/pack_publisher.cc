#include "store/pack_publisher.h"

#include <utility>

#include "os/file.h"
#include "os/share_blocks.h"

namespace mlops::store {

namespace {

/// Gives a written pack the blocks of the files that its bytes came from, where these are still the
/// same: the kernel compares. Ends at the first refusal, as of a work tree on another file system.
void share_blocks(const os::TempFile& file, const std::vector<SharedStretch>& shared) {
  for (const SharedStretch& stretch : shared) {
    const std::uint64_t misfit =
        (os::kBlockBytes - stretch.offset % os::kBlockBytes) % os::kBlockBytes;
    if (stretch.size < misfit + os::kBlockBytes) {
      continue;
    }
    const std::uint64_t whole = (stretch.size - misfit) / os::kBlockBytes * os::kBlockBytes;
    if (!os::share_equal_range({*stretch.source.file, stretch.source.offset + misfit},
                               {file.fd(), stretch.offset + misfit},
                               whole)) {
      return;
    }
  }
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
  const FinishedPack pack = std::move(builder).finish();
  os::TempFile file(layout_.temporary());
  file.write(pack.bytes);
  share_blocks(file, pack.shared);
  file.publish(layout_.pack(pack.name), os::Durability::durable, os::TempFile::Replace::no, 0444);
  const std::lock_guard lock(mutex_);
  const auto number = static_cast<std::uint32_t>(published_.packs.size());
  published_.packs.push_back({pack.name, pack.bytes.size()});
  for (const PackedObject& object : pack.objects) {
    published_.records.push_back({object, number});
  }
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
