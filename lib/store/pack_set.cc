#include "store/pack_set.h"

#include <cstring>

#include "base/error.h"
#include "base/hex.h"
#include "os/file.h"
#include "store/catalog.h"

namespace mlops::store {

template <typename Value>
std::shared_ptr<const Value> PackSet::Recent<Value>::find(const Key& key) {
  const auto place = places.find(key);
  if (place == places.end()) {
    return nullptr;
  }
  items.splice(items.begin(), items, place->second);
  return items.front().second;
}

template <typename Value>
void PackSet::Recent<Value>::insert(const Key& key, std::shared_ptr<const Value> value) {
  if (places.contains(key)) {
    return;
  }
  items.emplace_front(key, std::move(value));
  places.emplace(key, items.begin());
  if (items.size() > capacity) {
    places.erase(items.back().first);
    items.pop_back();
  }
}

std::size_t PackSet::KeyHash::operator()(const Key& key) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, key.name.data(), sizeof hash);
  return hash ^ (std::size_t{key.offset} * 0x9E3779B97F4A7C15U);
}

std::string PackSet::describe(const PackName& name) const {
  return "pack " + to_hex(name);
}

std::optional<std::uint64_t> PackSet::size_of(const PackName& name) const {
  const auto stat = os::lstat_file(layout_.pack(name));
  if (!stat || stat->kind != os::FileKind::regular) {
    return std::nullopt;
  }
  return stat->size;
}

std::shared_ptr<const PackSet::OpenPack> PackSet::open(const PackName& name) const {
  {
    const std::lock_guard lock(mutex_);
    if (auto pack = open_packs_.find({name, 0})) {
      return pack;
    }
  }
  const fs::path path = layout_.pack(name);
  std::optional<os::Fd> fd = os::open_regular(path);
  if (!fd) {
    throw Error(ErrorKind::corrupt, describe(name) + " is missing");
  }
  auto pack = std::make_shared<OpenPack>();
  pack->size = os::stat_fd(*fd, path).size;
  pack->fd = std::move(*fd);
  std::array<std::uint8_t, kPackHeaderBytes> header{};
  const std::size_t got = os::pread_full(pack->fd, header, 0, path);
  try {
    check_pack_header(std::span(header).first(got), describe(name));
  } catch (const Error& error) {
    // A newer version is refused; damage is left to the blocks, each of which checks itself.
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
  }
  const std::lock_guard lock(mutex_);
  open_packs_.insert({name, 0}, pack);
  return pack;
}

std::shared_ptr<const Block> PackSet::load_block(const PackName& name, std::uint32_t offset) const {
  {
    const std::lock_guard lock(mutex_);
    if (auto block = blocks_.find({name, offset})) {
      return block;
    }
  }
  auto block = read_block(name, offset);
  if (block->members.size() > 1) {
    const std::lock_guard lock(mutex_);
    blocks_.insert({name, offset}, block);
  }
  return block;
}

std::shared_ptr<const Block> PackSet::read_block(const PackName& name, std::uint32_t offset) const {
  const auto pack = open(name);
  const std::string where = describe(name) + " at offset " + std::to_string(offset);
  const fs::path path = layout_.pack(name);
  // One read brings the whole head of a block of one member.
  std::vector<std::uint8_t> front(kBlockHeadBytes + kMemberBytes);
  front.resize(os::pread_full(pack->fd, front, offset, path));
  const BlockHead head = decode_block_head(front, where);
  const std::size_t front_bytes = kBlockHeadBytes + kMemberBytes * head.member_count;
  if (head.total_bytes() > pack->size - offset) {
    throw Error(ErrorKind::corrupt, where + ": block runs past the end");
  }
  if (head.member_count > 1) {
    const std::size_t had = front.size();
    front.resize(front_bytes);
    const std::size_t got =
        os::pread_full(pack->fd, std::span(front).subspan(had), offset + had, path);
    front.resize(had + got);
  }
  auto block = std::make_shared<Block>();
  block->members = decode_members(head, front, where);
  block->size = head.plain_length;
  block->plain = std::make_unique_for_overwrite<std::uint8_t[]>(head.plain_length);
  auto stored = std::make_unique_for_overwrite<std::uint8_t[]>(head.stored_length);
  const std::span stored_bytes(stored.get(), head.stored_length);
  const std::size_t got = os::pread_full(pack->fd, stored_bytes, offset + front_bytes, path);
  if (head.codec == BlockCodec::raw) {
    block->plain = std::move(stored);
    check_stored(head, block->bytes().first(got), where);
  } else {
    decode_stored(head, stored_bytes.first(got), {block->plain.get(), block->size}, where);
  }
  return block;
}

std::optional<FilePlace> PackSet::find_raw(const Location& location) const {
  try {
    const auto pack = open(location.pack);
    std::array<std::uint8_t, kBlockHeadBytes> front{};
    const std::size_t got =
        os::pread_full(pack->fd, front, location.object.block_offset, layout_.pack(location.pack));
    const BlockHead head = decode_block_head(std::span(front).first(got), {});
    const std::uint64_t offset = location.object.block_offset + kBlockHeadBytes +
                                 std::uint64_t{kMemberBytes} * head.member_count +
                                 location.object.inner_offset;
    if (head.codec != BlockCodec::raw || offset > pack->size ||
        location.object.length > pack->size - offset) {
      return std::nullopt;
    }
    return FilePlace{{pack, &pack->fd}, offset};
  } catch (const Error& error) {
    // Whoever reads the object finds the same, tries its other copies, and says what is damaged.
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return std::nullopt;
  }
}

std::vector<PackedObject> PackSet::list_by_toc(const PackName& name, const OpenPack& pack) const {
  const fs::path path = layout_.pack(name);
  const std::string pack_text = describe(name);
  if (pack.size < kPackHeaderBytes + kPackTailBytes) {
    throw Error(ErrorKind::corrupt, pack_text + ": is too short");
  }
  std::array<std::uint8_t, kPackTailBytes> tail_bytes{};
  os::pread_full(pack.fd, tail_bytes, pack.size - kPackTailBytes, path);
  const PackTail tail = decode_tail(tail_bytes, pack.size, pack_text);
  std::vector<std::uint8_t> toc(tail.toc_length);
  os::pread_full(pack.fd, toc, tail.toc_offset, path);
  std::vector<PackedObject> objects;
  for (const BlockEntry& entry : decode_toc(tail, toc, pack_text)) {
    const std::string where = pack_text + " at offset " + std::to_string(entry.offset);
    const std::uint64_t front_bytes = kBlockHeadBytes + std::uint64_t{kMemberBytes} * entry.members;
    if (entry.members > kMaxBlockMembers || front_bytes > entry.length) {
      throw Error(ErrorKind::corrupt, where + ": number of members is out of range");
    }
    std::vector<std::uint8_t> front(static_cast<std::size_t>(front_bytes));
    front.resize(os::pread_full(pack.fd, front, entry.offset, path));
    const BlockHead head = decode_block_head(front, where);
    if (head.total_bytes() != entry.length || head.member_count != entry.members) {
      throw Error(ErrorKind::corrupt, where + ": table of contents and block disagree");
    }
    list_objects(entry.offset, decode_members(head, front, where), objects);
  }
  return objects;
}

std::vector<PackedObject> PackSet::list_objects_of(const PackName& name) const {
  const auto pack = open(name);
  try {
    return list_by_toc(name, *pack);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
  }
  // The table is damaged: what has an intact head can still be read.
  const fs::path path = layout_.pack(name);
  if (pack->size > kMaxPackBytes) {
    throw Error(ErrorKind::corrupt, describe(name) + ": is too large for a pack");
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(pack->size));
  bytes.resize(os::pread_full(pack->fd, bytes, 0, path));
  std::vector<PackedObject> objects;
  for (const BlockView& view : scan_blocks(bytes, describe(name))) {
    list_objects(view.offset, view.members, objects);
  }
  return objects;
}

}  // namespace mlops::store
