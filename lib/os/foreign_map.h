#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "os/fd.h"

namespace mlops::os {

/// A read-only mapping of a regular file that others may write meanwhile. Where the file is cut
/// while it is mapped, the lost pages read as zeros instead of ending the process, and `was_cut`
/// says so afterwards. Its bytes may change between two looks: bounds come from the mapping, never
/// from what was read. At most kMost at a time, Error{internal} beyond. Any thread.
class ForeignMap {
 public:
  static constexpr std::size_t kMost = 16;

  /// Error{io} with `name` and the system's reason.
  ForeignMap(const Fd& fd, const std::filesystem::path& name);
  ForeignMap(ForeignMap&& other) noexcept;
  ForeignMap& operator=(ForeignMap&&) = delete;
  ~ForeignMap();

  std::string_view text() const { return {data_, size_}; }
  bool was_cut() const;

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t slot_ = 0;
};

}  // namespace mlops::os
