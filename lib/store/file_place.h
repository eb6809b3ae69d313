#pragma once

#include <cstdint>
#include <memory>

#include "os/fd.h"

namespace mlops::store {

/// Bytes that lie in an open file, from `offset` on. No file: nobody knows where they come from.
struct FilePlace {
  std::shared_ptr<const os::Fd> file;
  std::uint64_t offset = 0;
};

}  // namespace mlops::store
