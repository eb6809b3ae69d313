#include "store/block_groups.h"

#include <algorithm>
#include <utility>

namespace mlops::store {

namespace {

constexpr std::size_t kMaxOpen = 32;
constexpr std::size_t kWorthItsOwnBlock = 64U << 10U;
constexpr std::size_t kMaxMembers = 4096;

bool fits(const SharedBlock& block, std::size_t bytes, std::size_t members) {
  return block.plain.size() + bytes <= kSharedBlockBytes &&
         block.members.size() + members <= kMaxMembers;
}

}  // namespace

BlockGroups::Kind BlockGroups::kind_of(ObjectType type,
                                       std::span<const std::uint8_t> content,
                                       const PlacementHint& hint) {
  if (hint.compress == PlacementHint::Compress::no) {
    return Kind::uncompressed;
  }
  if (type != ObjectType::chunk) {
    return Kind::structure;
  }
  return looks_incompressible(content) ? Kind::noise : Kind::compressible;
}

SharedBlock& BlockGroups::find_or_open(const Key& key) {
  const auto place =
      std::find_if(open_.begin(), open_.end(), [&](const Open& open) { return open.key == key; });
  if (place != open_.end()) {
    open_.splice(open_.begin(), open_, place);
  } else {
    open_.push_front({key, {}});
    open_.front().block.compress = key.kind == Kind::uncompressed
                                       ? PlacementHint::Compress::no
                                       : PlacementHint::Compress::automatic;
  }
  return open_.front().block;
}

std::vector<SharedBlock> BlockGroups::add(Kind kind,
                                          const PendingMember& member,
                                          std::span<const std::uint8_t> content,
                                          const PlacementHint& hint) {
  std::vector<SharedBlock> full;
  SharedBlock& block = find_or_open({hint.group, hint.directory, kind, false});
  if (!fits(block, content.size(), 1)) {
    full.push_back(std::exchange(block, {{}, {}, block.compress}));
  }
  if (block.plain.capacity() == 0) {
    block.plain.reserve(kSharedBlockBytes);
  }
  block.members.push_back(member);
  block.plain.insert(block.plain.end(), content.begin(), content.end());
  while (open_.size() > kMaxOpen) {
    close_oldest(full);
  }
  return full;
}

void BlockGroups::close_oldest(std::vector<SharedBlock>& full) {
  Open oldest = std::move(open_.back());
  open_.pop_back();
  if (oldest.key.is_remainder || oldest.block.plain.size() >= kWorthItsOwnBlock) {
    full.push_back(std::move(oldest.block));
    return;
  }
  append({oldest.key.group, {}, oldest.key.kind, true}, std::move(oldest.block), full);
}

void BlockGroups::append(const Key& key, SharedBlock block, std::vector<SharedBlock>& full) {
  SharedBlock& to = find_or_open(key);
  if (!fits(to, block.plain.size(), block.members.size())) {
    full.push_back(std::exchange(to, {{}, {}, to.compress}));
  }
  to.members.insert(to.members.end(), block.members.begin(), block.members.end());
  to.plain.insert(to.plain.end(), block.plain.begin(), block.plain.end());
}

std::vector<SharedBlock> BlockGroups::take_all() {
  std::vector<SharedBlock> blocks;
  // Small remainders of a data set still join each other.
  std::list<Open> rest;
  rest.swap(open_);
  for (Open& open : rest) {
    if (open.key.is_remainder) {
      append(open.key, std::move(open.block), blocks);
    }
  }
  for (Open& open : rest) {
    if (open.key.is_remainder || open.block.members.empty()) {
      continue;
    }
    if (open.block.plain.size() >= kWorthItsOwnBlock) {
      blocks.push_back(std::move(open.block));
    } else {
      append({open.key.group, {}, open.key.kind, true}, std::move(open.block), blocks);
    }
  }
  for (Open& open : open_) {
    blocks.push_back(std::move(open.block));
  }
  open_.clear();
  return blocks;
}

}  // namespace mlops::store
