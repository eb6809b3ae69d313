#include "store/pack_publisher.h"

#include <utility>

#include "os/file.h"

namespace mlops::store {

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
