#include "workspace/pointer.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"

/// Any bytes: a pointer that reads back as itself, or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto pointer = mlops::workspace::parse_pointer(text, "x.mlops");
    if (mlops::workspace::parse_pointer(mlops::workspace::format_pointer(pointer), "x") !=
        pointer) {
      std::abort();
    }
  } catch (const mlops::Error& error) {
    if (error.kind() != mlops::ErrorKind::config) {
      std::abort();
    }
  }
  return 0;
}
