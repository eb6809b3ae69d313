#pragma once

#include <vector>

#include "os/pool.h"
#include "store/file_place.h"
#include "store/spare_memory.h"
#include "store/store.h"

namespace mlops::store {

/// The half of a writer that turns files and directories into objects; `put` is left open.
class ContentWriter : public Writer {
 public:
  /// `pool`: shares the work on large files; the writer does not own it. None: the caller's thread.
  explicit ContentWriter(os::ThreadPool* pool) : pool_(pool) {}
  Entry put_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                 const PlacementHint& hint) override;
  Entry put_disk_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                      const PlacementHint& hint,
                      const std::shared_ptr<const os::Fd>& file) override;
  ObjectId put_node(const Node& node, const PlacementHint& hint) override;

 protected:
  using Pieces = std::span<const std::span<const std::uint8_t>>;
  /// Puts consecutive pieces of a file, which lie one behind the other in memory, the first at
  /// `place`; says in `chunks`, which is as long, what they are.
  virtual void put_pieces(Pieces pieces,
                          const FilePlace& place,
                          const PlacementHint& hint,
                          std::span<ChunkRef> chunks);
  /// On the pool, if there is one.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& action);

 private:
  using Read = std::function<std::size_t(std::span<std::uint8_t>)>;
  std::vector<ChunkRef> put_chunks(const Read& read, FilePlace place, const PlacementHint& hint);
  ObjectId put_recipe(const std::vector<ChunkRef>& chunks, const PlacementHint& hint);

  os::ThreadPool* pool_;
  SpareMemory read_buffers_;
};

}  // namespace mlops::store
