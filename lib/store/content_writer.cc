#include "store/content_writer.h"

#include <algorithm>

#include "base/error.h"
#include "store/chunker.h"
#include "store/run_split.h"

namespace mlops::store {

namespace {

constexpr std::size_t kReadBufferBytes = 4U << 20U;

/// Item hashes of a list, for split_runs.
template <typename Items, typename Hash>
std::vector<std::size_t> run_ends(const Items& items, Hash hash) {
  std::vector<std::uint32_t> hashes;
  hashes.reserve(items.size());
  for (const auto& item : items) {
    hashes.push_back(hash(item));
  }
  return split_runs(hashes);
}

/// Computes ids and keeps nothing.
class HashOnlyWriter final : public ContentWriter {
 public:
  using ContentWriter::ContentWriter;
  ObjectId put(ObjectType type,
               std::span<const std::uint8_t> content,
               const PlacementHint&) override {
    return compute_id(type, content);
  }
  ObjectId commit(const Entry&, std::string_view) override {
    throw Error(ErrorKind::internal, "a writer that stores nothing cannot commit");
  }
  WriteCounts counts() const override { return {}; }
};

}  // namespace

void ContentWriter::for_each(std::size_t count, const std::function<void(std::size_t)>& action) {
  if (pool_ != nullptr && count > 1) {
    pool_->for_each(count, action);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    action(i);
  }
}

/// Cutting is quick, and one byte decides the next cut; hashing and compressing are what takes
/// time, and every piece stands for itself.
void ContentWriter::put_pieces(Pieces pieces,
                               const FilePlace& /*place*/,
                               const PlacementHint& hint,
                               std::span<ChunkRef> chunks) {
  for_each(pieces.size(), [&](std::size_t i) {
    chunks[i] = {put(ObjectType::chunk, pieces[i], hint),
                 static_cast<std::uint32_t>(pieces[i].size())};
  });
}

std::vector<ChunkRef> ContentWriter::put_chunks(const Read& read,
                                                FilePlace place,
                                                const PlacementHint& hint) {
  std::vector<std::uint8_t> buffer = read_buffers_.take();
  buffer.resize(kReadBufferBytes);
  std::vector<ChunkRef> chunks;
  std::vector<std::span<const std::uint8_t>> pieces;
  std::size_t held = 0;  // bytes at the front of the buffer that no piece has yet
  for (bool at_end = false; !at_end;) {
    const std::span<std::uint8_t> free = std::span(buffer).subspan(held);
    const std::size_t got = read(free);
    at_end = got < free.size();
    auto rest = std::span<const std::uint8_t>(buffer).first(held + got);
    pieces.clear();
    // Where a cut lies is known once the longest chunk or the end of the file is in sight.
    while (at_end ? !rest.empty() : rest.size() >= ChunkerProfile::kMax) {
      pieces.push_back(rest.first(cut(rest)));
      rest = rest.subspan(pieces.back().size());
    }
    if (at_end && pieces.empty() && chunks.empty()) {
      pieces.push_back(rest);  // an empty file is one empty chunk
    }
    const std::size_t before = chunks.size();
    chunks.resize(before + pieces.size());
    put_pieces(pieces, place, hint, std::span(chunks).subspan(before));
    place.offset += held + got - rest.size();
    std::copy(rest.begin(), rest.end(), buffer.begin());
    held = rest.size();
  }
  read_buffers_.give_back(std::move(buffer));
  return chunks;
}

ObjectId ContentWriter::put_recipe(const std::vector<ChunkRef>& chunks, const PlacementHint& hint) {
  Recipe recipe;
  recipe.parts.reserve(chunks.size());
  for (const ChunkRef& chunk : chunks) {
    recipe.parts.push_back({chunk.id, chunk.size});
  }
  while (recipe.parts.size() > kMaxRun) {
    Recipe above;
    above.level = static_cast<std::uint8_t>(recipe.level + 1);
    std::size_t start = 0;
    for (const std::size_t end :
         run_ends(recipe.parts, [](const Recipe::Part& part) { return split_hash(part.id); })) {
      Recipe run;
      run.level = recipe.level;
      run.parts.assign(recipe.parts.begin() + static_cast<std::ptrdiff_t>(start),
                       recipe.parts.begin() + static_cast<std::ptrdiff_t>(end));
      std::uint64_t size = 0;
      for (const Recipe::Part& part : run.parts) {
        size += part.size;
      }
      above.parts.push_back({put(ObjectType::file, encode_recipe(run), hint), size});
      start = end;
    }
    recipe = std::move(above);
  }
  return put(ObjectType::file, encode_recipe(recipe), hint);
}

Entry ContentWriter::put_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                              const PlacementHint& hint) {
  return put_disk_file(read, hint, nullptr);
}

Entry ContentWriter::put_disk_file(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                                   const PlacementHint& hint,
                                   const std::shared_ptr<const os::Fd>& file) {
  const std::vector<ChunkRef> chunks = put_chunks(read, {file, 0}, hint);
  Entry entry;
  for (const ChunkRef& chunk : chunks) {
    entry.size += chunk.size;
  }
  entry.id = chunks.size() == 1 ? chunks.front().id : put_recipe(chunks, hint);
  return entry;
}

ObjectId ContentWriter::put_node(const Node& node, const PlacementHint& hint) {
  if (node.entries.size() <= kMaxRun) {
    return put(ObjectType::node, encode_node(node), hint);
  }
  NodeBranch branch;
  std::size_t start = 0;
  for (const std::size_t end :
       run_ends(node.entries, [](const Entry& entry) { return split_hash(entry.name); })) {
    Node run;
    run.entries.assign(node.entries.begin() + static_cast<std::ptrdiff_t>(start),
                       node.entries.begin() + static_cast<std::ptrdiff_t>(end));
    NodeBranch::Child child;
    child.first_name = run.entries.front().name;
    for (const Entry& entry : run.entries) {
      child.size += entry.size;
      child.files += entry.files;
    }
    child.id = put(ObjectType::node, encode_node(run), hint);
    branch.children.push_back(std::move(child));
    start = end;
  }
  while (branch.children.size() > kMaxRun) {
    NodeBranch above;
    above.level = static_cast<std::uint8_t>(branch.level + 1);
    start = 0;
    for (const std::size_t end : run_ends(branch.children, [](const NodeBranch::Child& child) {
           return split_hash(child.first_name);
         })) {
      NodeBranch run;
      run.level = branch.level;
      run.children.assign(branch.children.begin() + static_cast<std::ptrdiff_t>(start),
                          branch.children.begin() + static_cast<std::ptrdiff_t>(end));
      NodeBranch::Child child;
      child.first_name = run.children.front().first_name;
      for (const NodeBranch::Child& below : run.children) {
        child.size += below.size;
        child.files += below.files;
      }
      child.id = put(ObjectType::node, encode_branch(run), hint);
      above.children.push_back(std::move(child));
      start = end;
    }
    branch = std::move(above);
  }
  return put(ObjectType::node, encode_branch(branch), hint);
}

std::unique_ptr<Writer> make_hash_only_writer(os::ThreadPool* pool) {
  return std::make_unique<HashOnlyWriter>(pool);
}

}  // namespace mlops::store
