#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/id.h"
#include "store/tree.h"

namespace mlops::workspace {

/// `<path>.mlops`, the text that git tracks for a data set (mlops-pointer(5)). Holds no file names
/// and no hash that confirms a guess about the content.
struct Pointer {
  store::ObjectId root;
  store::EntryKind kind = store::EntryKind::file;  ///< file or directory
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  /// Never in a pointer of ours: the id that another tool gave a version which the store does not
  /// have. The root is then one that nobody has.
  std::string foreign{};
  friend bool operator==(const Pointer&, const Pointer&) = default;
};

/// The pointer to a root that holds `top`.
Pointer make_pointer(const store::ObjectId& root, const store::Entry& top);

inline constexpr std::string_view kPointerSuffix = ".mlops";
inline constexpr std::uint64_t kMaxPointerBytes = 4096;

/// Error{config} with file and line on anything but a pointer: unknown or repeated keys, a size
/// beyond 2^63-1, another schema (with an upgrade message), a wrong root length.
Pointer parse_pointer(std::string_view text, const std::string& file);
std::string format_pointer(const Pointer& pointer);

}  // namespace mlops::workspace
