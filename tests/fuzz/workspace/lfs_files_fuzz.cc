#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "workspace/lfs_attributes.h"
#include "workspace/lfs_pointer.h"

/// Any bytes: a pointer of git-lfs or none; as a .gitattributes, one that hands nothing to git-lfs
/// afterwards.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  const auto text = fuzz::as_text(data, size);
  if (const auto pointer = workspace::parse_lfs_pointer(text)) {
    fuzz::require(store::parse_foreign(store::format_foreign(pointer->id)) == pointer->id);
  }
  const std::string without = workspace::without_lfs_attributes(text);
  fuzz::require(!workspace::has_lfs_attributes(without));
  fuzz::require(workspace::has_lfs_attributes(text) || without == text);
  const std::string outside = workspace::with_pointers_outside_lfs(text);
  fuzz::require(workspace::with_pointers_outside_lfs(outside) == outside);
  return 0;
}
