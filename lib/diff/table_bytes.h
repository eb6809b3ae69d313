#pragma once

#include <string>

#include "os/file.h"
#include "table/table.h"

namespace mlops::diff {

/// Of the file's bytes, in hex.
std::string sha256_of(const table::Source& source);

/// Both tables as they are before they are read: a report must be of one version of each file,
/// and its digests of the bytes that were compared.
class UnchangedTables {
 public:
  /// The sources outlive it.
  UnchangedTables(const table::Source& old_table, const table::Source& new_table);
  /// Error{config} when a file is not what it was.
  void check() const;

 private:
  const table::Source& old_table_;
  const table::Source& new_table_;
  os::FileStat old_;
  os::FileStat new_;
};

}  // namespace mlops::diff
