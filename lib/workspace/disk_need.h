#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "workspace/workspace.h"

namespace mlops::workspace {

/// What something has that the store is about to take, uncompressed, and what its disk has left.
struct DiskNeed {
  std::uint64_t bytes = 0;
  std::uint64_t free = 0;
  /// More than 1 GiB, or than half of what is left.
  bool is_large() const { return bytes > (1ULL << 30U) || bytes > free / 2; }
};
using OnLargeNeed = std::function<void(const DiskNeed&)>;

/// Tells `on_large`, which may be empty, of a large one. Error{io}, with `what` ("'data/raw'") and
/// `hint`, when the disk cannot hold it.
void check_disk(const Workspace& workspace,
                std::uint64_t bytes,
                const std::string& what,
                const std::string& hint,
                const OnLargeNeed& on_large);

}  // namespace mlops::workspace
