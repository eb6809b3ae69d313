#pragma once

#include <cstdint>

namespace mlops::os {

/// Bytes of memory that this process may use at most: the machine's, or the limit of the control
/// group (container) that it runs in. 4 GiB where the kernel does not say. Never throws for want of
/// these files.
std::uint64_t usable_memory();

}  // namespace mlops::os
