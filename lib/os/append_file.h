#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "os/fd.h"
#include "os/file.h"

namespace mlops::os {

/// A file of ours that only grows: records and logs. Errors are Error{io} with the path unless they
/// say otherwise. One thread at a time.
class AppendFile {
 public:
  /// Creates it with `mode` less the umask; its name is durable on return. Error{conflict} when
  /// there is something of that name, also a link that leads nowhere.
  explicit AppendFile(const fs::path& path, std::uint32_t mode = 0644);
  /// At the end of the file; when durable, there to stay on return. After a failure nobody knows
  /// what the file holds, and a sync must not be tried again: every later call fails too.
  void append(std::span<const std::uint8_t> bytes, Durability durability);
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  Fd fd_;
  bool failed_ = false;
};

}  // namespace mlops::os
