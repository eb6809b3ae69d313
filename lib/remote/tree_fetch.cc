#include "remote/tree_fetch.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "store/run_split.h"

namespace mlops::remote {

namespace {

/// What lies between two blocks is read along when it is shorter than a request would take.
constexpr std::uint64_t kMaxGap = 64U << 10U;
constexpr std::uint64_t kMaxRange = 8U << 20U;

}  // namespace

std::vector<BlockReader::Range> BlockReader::plan(std::span<const RemoteIndex::Place> places) {
  std::vector<Range> ranges;
  std::set<std::pair<PackRef, std::uint64_t>> wanted;
  for (const RemoteIndex::Place& place : places) {
    const std::pair block(place.pack, std::uint64_t{place.object.block_offset});
    if (!read_.contains(block)) {
      wanted.insert(block);
    }
  }
  for (const auto& [pack, offset] : wanted) {
    const auto& bounds = index_.block_bounds(pack);
    const auto next = std::upper_bound(bounds.begin(), bounds.end(), offset);
    if (next == bounds.end()) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("the index of remote {} places a block behind the end of pack {}",
                              quote(chain_.transport().describe()),
                              to_hex(pack.name)));
    }
    const bool joins = !ranges.empty() && ranges.back().pack == pack &&
                       offset - ranges.back().end <= kMaxGap &&
                       *next - ranges.back().begin <= kMaxRange;
    if (!joins) {
      ranges.push_back({pack, offset, *next, {}});
    }
    ranges.back().end = *next;
    ranges.back().blocks.push_back(offset);
  }
  read_.merge(wanted);
  return ranges;
}

std::vector<store::Importer::Block> BlockReader::read_range(const Range& range) {
  const std::string key = pack_key(range.pack);
  const auto bytes = chain_.transport().get_range(key, range.begin, range.end - range.begin);
  if (!bytes) {
    throw Error(
        ErrorKind::corrupt,
        fmt::format("{} of remote {} is missing", key, quote(chain_.transport().describe())));
  }
  std::vector<store::Importer::Block> blocks;
  for (const std::uint64_t offset : range.blocks) {
    const auto from = static_cast<std::size_t>(offset - range.begin);
    blocks.push_back(importer_.add_block(
        std::span(*bytes).subspan(from),
        fmt::format(
            "pack {} of remote {}", to_hex(range.pack.name), chain_.transport().describe())));
  }
  return blocks;
}

void BlockReader::read(std::span<const RemoteIndex::Place> places,
                       const Sink& sink,
                       const CancelToken& cancel) {
  const std::vector<Range> ranges = plan(places);
  std::mutex mutex;
  const auto read_one = [&](std::size_t i) {
    cancel.check();
    const auto blocks = read_range(ranges[i]);
    const std::lock_guard lock(mutex);
    bytes_ += ranges[i].end - ranges[i].begin;
    for (const store::Importer::Block& block : blocks) {
      std::size_t inner = 0;
      for (const store::Member& member : block.members) {
        sink(member.id, member.type, std::span(block.plain).subspan(inner, member.length));
        inner += member.length;
      }
    }
  };
  if (pool_ != nullptr) {
    pool_->for_each(ranges.size(), read_one);
    return;
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    read_one(i);
  }
}

/// Without a type: of a file, a chunk or a chunk list, as whoever has it says.
void TreeFetch::visit(const store::ObjectId& id, std::optional<store::ObjectType> type) {
  if (!seen_.insert(id).second) {
    return;
  }
  if (const auto here = importer_.find_type(id)) {
    if (*here != store::ObjectType::chunk) {
      here_.push_back({id, *here});
    }
    return;
  }
  if (auto came = came_.extract(id)) {
    here_.push_back(std::move(came.mapped()));
    return;
  }
  const auto place = index_.find(id);
  if (!place) {
    throw Error(
        ErrorKind::corrupt,
        store::describe(type.value_or(store::ObjectType::chunk), id) + " is missing on the remote",
        "whoever has that version: mlops data fsck, then mlops data push");
  }
  if (place->object.type == store::ObjectType::chunk) {
    chunks_.push_back(*place);
  } else {
    there_.push_back(*place);
    asked_.insert(id);
  }
}

void TreeFetch::visit_entry(const store::Entry& entry) {
  if (files_ == Files::none && entry.kind != store::EntryKind::directory) {
    return;
  }
  switch (entry.kind) {
    case store::EntryKind::directory:
      return visit(entry.id, store::ObjectType::node);
    case store::EntryKind::symlink:
      return visit(entry.id, store::ObjectType::chunk);
    default:
      return visit(entry.id, std::nullopt);
  }
}

void TreeFetch::expand(store::ObjectType type,
                       const store::ObjectId& id,
                       std::span<const std::uint8_t> content) {
  if (type == store::ObjectType::file) {
    const store::Recipe recipe = store::decode_recipe(content, id);
    for (const store::Recipe::Part& part : recipe.parts) {
      visit(part.id, recipe.level == 0 ? store::ObjectType::chunk : store::ObjectType::file);
    }
    return;
  }
  if (type != store::ObjectType::node) {
    return;
  }
  const auto node = store::decode_any_node(content, id);
  if (const auto* branch = std::get_if<store::NodeBranch>(&node)) {
    for (const store::NodeBranch::Child& child : branch->children) {
      visit(child.id, store::ObjectType::node);
    }
    return;
  }
  for (const store::Entry& entry : std::get<store::Node>(node).entries) {
    visit_entry(entry);
  }
}

std::vector<RemoteIndex::Place> TreeFetch::walk(std::span<const store::Entry> tops,
                                                Files files,
                                                const CancelToken& cancel) {
  files_ = files;
  seen_.clear();
  for (const store::Entry& top : tops) {
    visit_entry(top);
  }
  while (!here_.empty() || !there_.empty()) {
    cancel.check();
    while (!here_.empty()) {
      const Object object = std::move(here_.front());
      here_.pop_front();
      expand(object.type,
             object.id,
             object.content ? *object.content : store_.read(object.type, object.id));
    }
    const auto level = std::exchange(there_, {});
    const auto asked = std::exchange(asked_, {});
    reader_.read(
        level,
        [&](const store::ObjectId& id,
            store::ObjectType type,
            std::span<const std::uint8_t> content) {
          if (type == store::ObjectType::chunk) {
            return;
          }
          Object object{id, type, std::vector(content.begin(), content.end())};
          if (asked.contains(id)) {
            here_.push_back(std::move(object));
          } else {
            came_.try_emplace(id, std::move(object));
          }
        },
        cancel);
  }
  return std::exchange(chunks_, {});
}

}  // namespace mlops::remote
