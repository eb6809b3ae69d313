#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/cancel.h"
#include "os/pool.h"
#include "remote/remote_index.h"
#include "store/store.h"

namespace mlops::remote {

/// Reads blocks of a remote's packs: neighbours with one request, each block once.
class BlockReader {
 public:
  BlockReader(const Chain& chain,
              RemoteIndex& index,
              store::Importer& importer,
              os::ThreadPool* pool)
      : chain_(chain), index_(index), importer_(importer), pool_(pool) {}

  using Sink = std::function<void(
      const store::ObjectId& id, store::ObjectType type, std::span<const std::uint8_t> content)>;
  /// The blocks that hold these objects, into the importer; each of their members, verified, into
  /// `sink`, one at a time.
  void read(std::span<const RemoteIndex::Place> places,
            const Sink& sink,
            const CancelToken& cancel);
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Range {
    PackRef pack;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::vector<std::uint64_t> blocks;  ///< their offsets
  };
  std::vector<Range> plan(std::span<const RemoteIndex::Place> places);
  std::vector<store::Importer::Block> read_range(const Range& range);

  const Chain& chain_;
  RemoteIndex& index_;
  store::Importer& importer_;
  os::ThreadPool* pool_;
  std::set<std::pair<PackRef, std::uint64_t>> read_;
  std::uint64_t bytes_ = 0;
};

/// Walks the directories and chunk lists of versions, level by level, and reads those that the
/// store lacks. What is left are the chunks. One thread.
class TreeFetch {
 public:
  TreeFetch(const RemoteIndex& index,
            const store::Store& store,
            const store::Importer& importer,
            BlockReader& reader)
      : index_(index), store_(store), importer_(importer), reader_(reader) {}

  enum class Files { all, none };
  /// Returns where the chunks are that the store lacks; `none`: reads directories alone.
  /// Error{corrupt} for an object that the remote should have and has not.
  std::vector<RemoteIndex::Place> walk(std::span<const store::Entry> tops,
                                       Files files,
                                       const CancelToken& cancel);

 private:
  void visit(const store::ObjectId& id, std::optional<store::ObjectType> type);
  void expand(store::ObjectType type,
              const store::ObjectId& id,
              std::span<const std::uint8_t> content);
  void visit_entry(const store::Entry& entry);

  const RemoteIndex& index_;
  const store::Store& store_;
  const store::Importer& importer_;
  BlockReader& reader_;
  Files files_ = Files::all;
  std::unordered_set<store::ObjectId> seen_;
  struct Object {
    store::ObjectId id;
    store::ObjectType type = store::ObjectType::node;
    std::optional<std::vector<std::uint8_t>> content{};  ///< absent: the store has it
  };
  std::deque<Object> here_;                    ///< to be looked into
  std::vector<RemoteIndex::Place> there_;      ///< to be read from the remote
  std::unordered_set<store::ObjectId> asked_;  ///< of these
  /// What came in blocks that were read for others, and nothing asked for yet.
  std::unordered_map<store::ObjectId, Object> came_;
  std::vector<RemoteIndex::Place> chunks_;
};

}  // namespace mlops::remote
