#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "workspace/pointer.h"

/// Any bytes: a pointer that reads back as itself, or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  fuzz::expect_only({ErrorKind::config}, [&] {
    const auto pointer = workspace::parse_pointer(fuzz::as_text(data, size), "x.mlops");
    fuzz::require(workspace::parse_pointer(workspace::format_pointer(pointer), "x") == pointer);
  });
  return 0;
}
