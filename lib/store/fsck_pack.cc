#include "base/error.h"
#include "codec/sha256.h"
#include "store/fsck.h"

namespace mlops::store {

namespace {

void check_block(const BlockView& view, const std::string& where, CheckedPack& result) {
  std::vector<std::uint8_t> plain(view.head.plain_length);
  std::string problem;
  try {
    decode_stored(view.head, view.stored, plain, where);
  } catch (const Error& error) {
    problem = error.message();
  }
  std::size_t inner = 0;
  for (const Member& member : view.members) {
    CheckedObject object{member.id, member.type, member.length, problem};
    if (problem.empty() &&
        compute_id(member.type, std::span(plain).subspan(inner, member.length)) != member.id) {
      object.problem = "content does not match its id";
    }
    inner += member.length;
    result.objects.push_back(std::move(object));
  }
}

}  // namespace

CheckedPack check_pack(std::span<const std::uint8_t> bytes,
                       const PackName& name,
                       const std::string& where) {
  CheckedPack result;
  result.bytes = bytes.size();
  if (codec::sha256(bytes) != name) {
    result.problem = "does not match its name";
  }
  std::vector<BlockView> blocks;
  try {
    blocks = parse_pack(bytes, where);
  } catch (const Error& error) {
    result.problem = error.message();
    if (error.kind() != ErrorKind::corrupt) {
      return result;  // of a newer version: nothing here can judge it
    }
    blocks = scan_blocks(bytes, where);
  }
  for (const BlockView& view : blocks) {
    check_block(view, where, result);
  }
  return result;
}

}  // namespace mlops::store
