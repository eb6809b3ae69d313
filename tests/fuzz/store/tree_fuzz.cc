#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "fuzz/store/fuzz_check.h"
#include "store/run_split.h"

namespace {

/// What decodes is exactly what encoding writes: one content, one form.
template <typename Decode, typename Encode>
void check_canonical(std::span<const std::uint8_t> bytes, Decode decode, Encode encode) {
  try {
    const auto value = decode(bytes, mlops::store::ObjectId{});
    const auto again = encode(value);
    fuzz_require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  } catch (const mlops::Error& error) {
    fuzz_require(error.kind() == mlops::ErrorKind::corrupt);
  }
}

}  // namespace

/// Nodes, chunk lists and roots.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops::store;
  const std::span<const std::uint8_t> bytes(data, size);
  check_canonical(bytes, decode_any_node, [](const auto& any) {
    const auto* node = std::get_if<Node>(&any);
    return node != nullptr ? encode_node(*node) : encode_branch(std::get<NodeBranch>(any));
  });
  check_canonical(bytes, decode_recipe, encode_recipe);
  check_canonical(bytes, decode_root, encode_root);
  return 0;
}
