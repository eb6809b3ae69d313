#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "store/catalog.h"
#include "store/file_place.h"
#include "store/object_reader.h"
#include "store/pack_set.h"

namespace mlops::store {

/// Where a file goes to.
struct FileTarget {
  const os::Fd& file;  ///< new and empty
  std::filesystem::path name;
  /// Told the size of each piece that is there.
  std::function<void(std::size_t)> on_piece;
};

/// Writes the chunks of a file, in order, into a new one. Chunks that lie in a pack as they lie in
/// the file, one after the other, are not copied: the file gets the pack's blocks, and is then read
/// back and hashed. Where that cannot be, or does not give the right bytes, they are read and
/// written. One thread.
class FileCopy {
 public:
  FileCopy(const ObjectReader& reader,
           const Catalog& catalog,
           const PackSet& packs,
           const FileTarget& to)
      : reader_(reader), catalog_(catalog), packs_(packs), to_(to) {}

  void add(const ChunkRef& chunk);
  /// After the last chunk.
  void finish();

 private:
  /// Chunks that follow each other in a pack as in the file.
  struct Run {
    FilePlace from;
    std::uint64_t at = 0;  ///< in the file
    std::uint64_t size = 0;
    std::vector<ChunkRef> chunks;
  };
  std::optional<FilePlace> find_shareable(const ChunkRef& chunk);
  void write_run();
  bool copy_run(const Run& run) const;
  void check_run(const Run& run);
  void write_chunk(const ChunkRef& chunk, std::uint64_t at);

  const ObjectReader& reader_;
  const Catalog& catalog_;
  const PackSet& packs_;
  const FileTarget& to_;
  std::uint64_t at_ = 0;     ///< where the next chunk begins
  std::size_t in_vain_ = 0;  ///< chunks in a row that cannot be shared
  bool has_shared_ = false;  ///< from then on the descriptor's position says nothing
  bool can_share_ = true;
  Run run_;
};

}  // namespace mlops::store
