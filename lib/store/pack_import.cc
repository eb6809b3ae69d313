#include "store/pack_import.h"

#include <utility>

#include "base/error.h"
#include "base/hex.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "store/fsck.h"
#include "store/mark.h"

namespace mlops::store {

PackImporter::PackImporter(const Parts& parts, os::FileLock lock)
    : parts_(parts), lock_(std::move(lock)), writer_(parts.layout) {}

std::optional<ObjectType> PackImporter::find_type(const ObjectId& id) const {
  for (const Location& place : parts_.catalog.find(id)) {
    if (parts_.packs.size_of(place.pack)) {
      return parts_.reader.contains(id) ? std::optional(place.object.type) : std::nullopt;
    }
  }
  return std::nullopt;
}

void PackImporter::add_pack(const PackName& name, std::span<const std::uint8_t> bytes) {
  const std::string where = "pack " + to_hex(name);
  if (codec::sha256(bytes) != name) {
    throw Error(ErrorKind::corrupt, where + ": its bytes do not match its name");
  }
  const CheckedPack checked = check_pack(bytes, name);
  if (!checked.is_sound()) {
    throw Error(ErrorKind::corrupt, where + " is damaged");
  }
  std::vector<PackedObject> objects;
  for (const BlockView& view : parse_pack(bytes, where)) {
    list_objects(view.offset, view.members, objects);
  }
  os::TempFile file(parts_.layout.temporary());
  file.write(bytes);
  // Its name is its digest: what may lie there already is the same, or damaged.
  file.publish(parts_.layout.pack(name), os::Durability::durable, os::TempFile::Replace::yes, 0444);
  const std::lock_guard lock(mutex_);
  const auto number = static_cast<std::uint32_t>(taken_over_.packs.size());
  taken_over_.packs.push_back({name, bytes.size()});
  for (const PackedObject& object : objects) {
    taken_over_.records.push_back({object, number});
  }
}

Importer::Block PackImporter::add_block(std::span<const std::uint8_t> bytes,
                                        const std::string& where) {
  const BlockView view = view_block(bytes, 0, where);
  check_stored(view.head, view.stored, where);
  Block block;
  block.members = view.members;
  block.length = view.head.total_bytes();
  block.plain.resize(view.head.plain_length);
  decode_stored(view.head, view.stored, block.plain, where);
  EncodedBlock encoded;
  encoded.plain = block.plain;
  std::size_t inner = 0;
  for (const Member& member : view.members) {
    const auto content = std::span(block.plain).subspan(inner, member.length);
    inner += member.length;
    if (compute_id(member.type, content) != member.id) {
      throw Error(
          ErrorKind::corrupt,
          where + ": " + describe(member.type, member.id) + ": content does not match its id");
    }
    encoded.members.push_back({member, codec::crc32c(content)});
  }
  // As it was packed: of one data set, and compressed already.
  const std::size_t front = kBlockHeadBytes + kMemberBytes * view.members.size();
  encoded.front.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(front));
  if (view.head.codec == BlockCodec::zstd) {
    encoded.compressed.assign(view.stored.begin(), view.stored.end());
  }
  writer_.append(encoded);
  return block;
}

/// What was found damaged and came back sound.
void PackImporter::forget_healed() {
  for (const ObjectId& id : parts_.notes.list()) {
    if (parts_.reader.has_sound_copy(id)) {
      parts_.notes.remove(id);
    }
  }
}

void PackImporter::finish() {
  auto written = writer_.finish();
  if (!written.packs.empty()) {
    parts_.catalog.add_segment(written.packs, std::move(written.records));
  }
  PackPublisher::Published taken_over;
  {
    const std::lock_guard lock(mutex_);
    taken_over = std::exchange(taken_over_, {});
  }
  if (!taken_over.packs.empty()) {
    parts_.catalog.add_segment(taken_over.packs, std::move(taken_over.records));
  }
  forget_healed();
}

void PackImporter::commit(std::span<const ImportedRoot> roots) {
  const std::vector<Root> decoded = mark_all(roots, Mark::Files::all);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    parts_.roots.take_over(roots[i].id, decoded[i], roots[i].data_set);
  }
}

void PackImporter::commit_partial(std::span<const ImportedRoot> roots) {
  const std::vector<Root> decoded = mark_all(roots, Mark::Files::those_here);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (!parts_.roots.find(roots[i].id)) {
      parts_.roots.add_partial(roots[i].id, decoded[i]);
    }
  }
}

/// Error{corrupt} unless what `files` says, and every directory, is here.
std::vector<Root> PackImporter::mark_all(std::span<const ImportedRoot> roots,
                                         Mark::Files files) const {
  const CancelToken never;
  Mark mark(parts_.packs, parts_.reader, never);
  mark.extend(parts_.catalog.snapshot());
  std::vector<Root> decoded;
  for (const ImportedRoot& root : roots) {
    if (compute_id(ObjectType::root, root.content) != root.id) {
      throw Error(ErrorKind::corrupt, "root " + root.id.hex() + " does not match its id");
    }
    decoded.push_back(decode_root(root.content, root.id));
    mark.mark(root.id, decoded.back(), files);
  }
  return decoded;
}

}  // namespace mlops::store
