#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "store/run_split.h"

namespace {

using namespace mlops;
using namespace mlops::store;

/// What decodes is exactly what encoding writes: one content, one form.
template <typename Decode, typename Encode>
void check_canonical(std::span<const std::uint8_t> bytes, Decode decode, Encode encode) {
  fuzz::expect_only({ErrorKind::corrupt}, [&] {
    const auto again = encode(decode(bytes, ObjectId{}));
    fuzz::require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  });
}

}  // namespace

/// Nodes, chunk lists and roots.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  check_canonical(bytes, decode_any_node, [](const auto& any) {
    const auto* node = std::get_if<Node>(&any);
    return node != nullptr ? encode_node(*node) : encode_branch(std::get<NodeBranch>(any));
  });
  check_canonical(bytes, decode_node, encode_node);
  check_canonical(bytes, decode_recipe, encode_recipe);
  check_canonical(bytes, decode_file, [](const FileContent& content) {
    content.size();
    return encode_file(content);
  });
  check_canonical(bytes, decode_root, encode_root);
  return 0;
}
