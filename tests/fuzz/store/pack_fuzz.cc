#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "fuzz/store/fuzz_check.h"
#include "store/fsck.h"

/// Packs: whatever the bytes, objects that count as sound have the content that their id says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops::store;
  const std::span<const std::uint8_t> bytes(data, size);
  check_pack(bytes, PackName{});
  try {
    for (const BlockView& view : parse_pack(bytes, "pack")) {
      fuzz_require(view.offset + view.head.total_bytes() <= size);
    }
  } catch (const mlops::Error&) {
    return 0;
  }
  return 0;
}
