#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "workspace/lock_file.h"

/// Any bytes: a lock that reads back as itself, or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto lock = mlops::workspace::parse_lock(text, "pipeline.lock");
    if (mlops::workspace::parse_lock(mlops::workspace::format_lock(lock), "x").instances !=
        lock.instances) {
      std::abort();
    }
  } catch (const mlops::Error& error) {
    if (error.kind() != mlops::ErrorKind::config) {
      std::abort();
    }
  }
  return 0;
}
