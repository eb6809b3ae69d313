#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "fuzz/harness.h"
#include "pipeline/settled_memory.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;

/// What is read is written back as the same bytes.
void check(std::span<const std::uint8_t> bytes) {
  const auto memory = decode_settled(bytes);
  if (!memory) {
    return;
  }
  const auto again = encode_settled(*memory);
  fuzz::require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  std::vector<std::uint8_t> summed(data, data + size);
  if (size >= 4) {
    fuzz::put_u32(summed, size - 4, codec::crc32c(std::span(summed).first(size - 4)));
    check(summed);
  }
  return 0;
}
