#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "workspace/lock_file.h"

/// Any bytes: a lock that reads back as itself, or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  fuzz::expect_only({ErrorKind::config}, [&] {
    const auto lock = workspace::parse_lock(fuzz::as_text(data, size), "pipeline.lock");
    const auto text = workspace::format_lock(lock);
    const auto again = workspace::parse_lock(text, "again");
    fuzz::require(again.instances == lock.instances && workspace::format_lock(again) == text);
  });
  return 0;
}
