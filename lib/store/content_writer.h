#pragma once

#include <mutex>
#include <vector>

#include "os/pool.h"
#include "store/store.h"

namespace mlops::store {

/// The half of a writer that turns files and directories into objects; `put` is left open.
class ContentWriter : public Writer {
 public:
  /// `pool`: shares the work on large files; the writer does not own it. None: the caller's thread.
  explicit ContentWriter(os::ThreadPool* pool) : pool_(pool) {}
  Entry put_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                 const PlacementHint& hint) override;
  ObjectId put_node(const Node& node, const PlacementHint& hint) override;

 private:
  using Read = std::function<std::size_t(std::span<std::uint8_t>)>;
  std::vector<ChunkRef> put_chunks(const Read& read, const PlacementHint& hint);
  void put_pieces(std::span<const std::span<const std::uint8_t>> pieces,
                  const PlacementHint& hint,
                  std::vector<ChunkRef>& chunks);
  ObjectId put_recipe(const std::vector<ChunkRef>& chunks, const PlacementHint& hint);
  std::vector<std::uint8_t> take_buffer();
  void give_back(std::vector<std::uint8_t> buffer);

  os::ThreadPool* pool_;
  // Read buffers are kept: fresh ones cost more page faults than a small file costs to read.
  std::mutex buffers_mutex_;
  std::vector<std::vector<std::uint8_t>> buffers_;
};

}  // namespace mlops::store
