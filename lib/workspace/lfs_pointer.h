#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/foreign.h"

namespace mlops::workspace {

/// The text that git tracks in the place of a file that git-lfs keeps.
struct LfsPointer {
  store::ForeignId id;  ///< kind file: what git says of the file decides
  std::uint64_t bytes = 0;
  bool has_extensions = false;  ///< the object is not the file's content
};

/// A larger file is no pointer, whatever it begins with.
inline constexpr std::uint64_t kMaxLfsPointerBytes = 1024;

/// Nothing for a text that is not exactly a pointer: such a file is what it is.
std::optional<LfsPointer> parse_lfs_pointer(std::string_view text);

}  // namespace mlops::workspace
