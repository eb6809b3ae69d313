#include <algorithm>

#include "base/error.h"
#include "codec/sha256.h"
#include "store/fsck.h"

namespace mlops::store {

namespace {

void check_block(const BlockView& view, std::vector<std::uint8_t>& memory, CheckedPack& result) {
  std::span<const std::uint8_t> plain;
  std::string problem;
  try {
    plain =
        plain_of(view.head, view.stored, memory, "block at byte " + std::to_string(view.offset));
  } catch (const Error& error) {
    problem = error.message();
  }
  std::size_t inner = 0;
  for (const Member& member : view.members) {
    CheckedObject object{member.id, member.type, member.length, problem};
    if (problem.empty() &&
        compute_id(member.type, plain.subspan(inner, member.length)) != member.id) {
      object.problem = "content does not match its id";
    }
    inner += member.length;
    result.objects.push_back(std::move(object));
  }
}

template <typename Parse>
bool is_readable(const Parse& parse) {
  try {
    parse();
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return false;
  }
}

/// Of a pack that does not parse: everything but the blocks that were found.
std::vector<DamagedBytes> find_damaged_bytes(std::span<const std::uint8_t> pack,
                                             std::span<const BlockView> blocks) {
  const std::uint64_t size = pack.size();
  if (size < kPackHeaderBytes + kPackTailBytes) {
    return {{0, size, "cut short"}};
  }
  std::vector<DamagedBytes> damaged;
  const auto add = [&](std::uint64_t from, std::uint64_t to, const char* problem) {
    if (from < to) {
      damaged.push_back({from, to, problem});
    }
  };
  if (!is_readable([&] { check_pack_header(pack, {}); })) {
    add(0, kPackHeaderBytes, "header is damaged");
  }
  PackTail tail;
  const bool has_tail =
      is_readable([&] { tail = decode_tail(pack.last(kPackTailBytes), size, {}); });
  std::uint64_t end = kPackHeaderBytes;
  for (const BlockView& block : blocks) {
    add(end, block.offset, "no readable block");
    end = block.offset + block.head.total_bytes();
  }
  if (!has_tail) {
    damaged.push_back({end, size, "table of contents or tail is damaged or cut short"});
    return damaged;
  }
  add(end, tail.toc_offset, "no readable block");
  const auto toc = pack.subspan(static_cast<std::size_t>(tail.toc_offset), tail.toc_length);
  if (!is_readable([&] { decode_toc(tail, toc, {}); })) {
    add(tail.toc_offset, size, "table of contents is damaged");
  }
  if (damaged.empty()) {
    add(0, size, "table of contents and blocks disagree");
  }
  return damaged;
}

}  // namespace

std::vector<BlockView> readable_blocks(std::span<const std::uint8_t> pack) {
  std::vector<BlockView> blocks;
  if (!is_readable([&] { blocks = parse_pack(pack, {}); })) {
    blocks = scan_blocks(pack, {});
  }
  return blocks;
}

std::string DamagedBytes::describe() const {
  const std::string range =
      from < to ? ", bytes " + std::to_string(from) + ".." + std::to_string(to - 1) : "";
  return range + ": " + problem;
}

bool CheckedPack::is_sound() const {
  return damaged.empty() && std::all_of(objects.begin(), objects.end(), [](const auto& object) {
           return object.problem.empty();
         });
}

CheckedPack check_pack(std::span<const std::uint8_t> bytes, const PackName& name) {
  CheckedPack result;
  result.name = name;
  result.bytes = bytes.size();
  std::vector<BlockView> blocks;
  try {
    if (!is_readable([&] { blocks = parse_pack(bytes, {}); })) {
      blocks = scan_blocks(bytes, {});
      result.damaged = find_damaged_bytes(bytes, blocks);
    }
  } catch (const Error& error) {
    // Of a newer version: nothing here can judge it.
    result.state = CheckedPack::State::newer_format;
    result.damaged.push_back({0, bytes.size(), "format of a newer version of mlops"});
    return result;
  }
  std::vector<std::uint8_t> memory;
  for (const BlockView& view : blocks) {
    check_block(view, memory, result);
  }
  if (result.is_sound() && codec::sha256(bytes) != name) {
    // Every byte is under some checksum: this is another pack, or a forged one.
    result.damaged.push_back({0, bytes.size(), "content does not match the name"});
  }
  return result;
}

}  // namespace mlops::store
