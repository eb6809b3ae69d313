#pragma once

#include <string>
#include <utility>

#include "diff/compare.h"
#include "os/file.h"
#include "table/table.h"

namespace mlops::diff {

/// Of the bytes of both files, in hex, each read by a thread of its own; empty where the input does
/// not ask for them.
std::pair<std::string, std::string> digests_of(const CompareInput& input);

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
