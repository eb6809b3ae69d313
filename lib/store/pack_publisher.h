#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <vector>

#include "os/pool.h"
#include "store/index_segment.h"
#include "store/layout.h"
#include "store/pack_builder.h"
#include "store/spare_memory.h"

namespace mlops::store {

/// Closes, verifies, writes and syncs packs behind the threads that fill them. At most kInFlight
/// packs wait at a time: that bounds memory, and slows callers down to the disk's speed.
class PackPublisher {
 public:
  explicit PackPublisher(Layout layout);
  ~PackPublisher();

  /// An empty pack, in the memory of one that is done.
  PackBuilder begin() { return PackBuilder(memory_.take()); }
  /// Takes over the pack; may wait for an earlier one. Throws the first error of any pack.
  void publish(PackBuilder builder);
  /// Until all packs are durable; throws the first error of any pack.
  void wait();
  struct Published {
    std::vector<PackInfo> packs;
    std::vector<IndexRecord> records;
  };
  /// What was published since the last call, for the index. After `wait`.
  Published take_published();

 private:
  void publish_now(PackBuilder builder);
  void rethrow_failure();  ///< with mutex_ held

  static constexpr std::size_t kInFlight = 2;
  Layout layout_;
  SpareMemory memory_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t in_flight_ = 0;
  std::exception_ptr failure_;
  Published published_;
  os::ThreadPool pool_;  // last: its tasks use the rest
};

}  // namespace mlops::store
