// Heads, states and format files as a remote may have them. The first byte says which one the rest
// is.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/harness.h"
#include "remote/protocol.h"
#include "remote/state.h"

namespace mlops {
namespace {

void read_format(std::span<const std::uint8_t> bytes) {
  const remote::Format format = remote::decode_format(bytes, "format");
  const std::string text = remote::encode_format(format.id);
  fuzz::require(fuzz::as_text(bytes.data(), bytes.size()).starts_with(text));
}

void read_head(std::span<const std::uint8_t> bytes) {
  const remote::Head head = remote::decode_head(bytes, "head");
  const auto again = remote::encode_head(head);
  fuzz::require(again.size() == bytes.size() && again.size() <= remote::kMaxHeadBytes);
  fuzz::require(head.access == remote::Format::Access::read_only ||
                std::equal(again.begin(), again.end(), bytes.begin()));
}

void read_state(std::span<const std::uint8_t> bytes) {
  const auto records = remote::decode_state(bytes, "state");
  fuzz::require(remote::encode_state(records).size() == bytes.size());
  remote::State state;
  state.apply(records, "state");
  // What it adds up to is a state again, and the same one.
  remote::State again;
  again.apply(state.records(), "again");
  fuzz::require(again.records() == state.records());
}

}  // namespace
}  // namespace mlops

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  mlops::fuzz::expect_only({mlops::ErrorKind::corrupt, mlops::ErrorKind::config}, [&] {
    switch (data[0] % 3) {
      case 0:
        return mlops::read_format(bytes);
      case 1:
        return mlops::read_head(bytes);
      default:
        return mlops::read_state(bytes);
    }
  });
  return 0;
}
