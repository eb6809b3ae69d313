#include "store/content_writer.h"

#include <algorithm>

#include "base/error.h"
#include "store/chunker.h"
#include "store/run_split.h"

namespace mlops::store {

namespace {

constexpr std::size_t kReadBufferBytes = 2U << 20U;

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
  ObjectId put(ObjectType type,
               std::span<const std::uint8_t> content,
               const PlacementHint&) override {
    return compute_id(type, content);
  }
  ObjectId commit(const Entry&) override {
    throw Error(ErrorKind::internal, "a writer that stores nothing cannot commit");
  }
  WriteCounts counts() const override { return {}; }
};

}  // namespace

std::vector<std::uint8_t> ContentWriter::take_buffer() {
  {
    const std::lock_guard lock(buffers_mutex_);
    if (!buffers_.empty()) {
      auto buffer = std::move(buffers_.back());
      buffers_.pop_back();
      return buffer;
    }
  }
  return std::vector<std::uint8_t>(kReadBufferBytes);
}

void ContentWriter::give_back(std::vector<std::uint8_t> buffer) {
  const std::lock_guard lock(buffers_mutex_);
  buffers_.push_back(std::move(buffer));
}

std::vector<ChunkRef> ContentWriter::put_chunks(
    const std::function<std::size_t(std::span<std::uint8_t>)>& read, const PlacementHint& hint) {
  std::vector<std::uint8_t> buffer = take_buffer();
  std::vector<ChunkRef> chunks;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool at_end = false;
  while (true) {
    if (!at_end && end - begin < ChunkerProfile::kMax) {
      std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(begin),
                buffer.begin() + static_cast<std::ptrdiff_t>(end),
                buffer.begin());
      end -= begin;
      begin = 0;
      const std::span<std::uint8_t> free = std::span(buffer).subspan(end);
      const std::size_t got = read(free);
      at_end = got < free.size();
      end += got;
    }
    if (begin == end && !chunks.empty()) {
      break;
    }
    // An empty file is one empty chunk.
    const auto data = std::span<const std::uint8_t>(buffer).subspan(begin, end - begin);
    const auto chunk = data.first(cut(data));
    chunks.push_back(
        {put(ObjectType::chunk, chunk, hint), static_cast<std::uint32_t>(chunk.size())});
    begin += chunk.size();
    if (at_end && begin == end) {
      break;
    }
  }
  give_back(std::move(buffer));
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
  const std::vector<ChunkRef> chunks = put_chunks(read, hint);
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

std::unique_ptr<Writer> make_hash_only_writer() {
  return std::make_unique<HashOnlyWriter>();
}

}  // namespace mlops::store
