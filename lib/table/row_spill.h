#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "os/file.h"
#include "table/row_feed.h"

namespace mlops::table {

/// Rows of one table that do not fit into memory, on disk in shares. One thread. Each share is a
/// file that goes with this object:
///
///     file = *row
///     row  = number (4 bytes, little endian) *( length (LEB128) text )     one a column
class RowSpill {
 public:
  /// Error{io} when the directory cannot be written.
  RowSpill(const std::filesystem::path& directory, std::size_t shares, std::size_t columns);
  void append(std::size_t share, std::uint32_t row, const Fields& fields);
  /// The rows of a share; `cancel` outlives the feed, and so does this object.
  std::unique_ptr<RowFeed> feed(std::size_t share, const CancelToken& cancel);

 private:
  struct Share {
    os::TempFile file;
    std::string pending;  ///< not written yet
  };
  static void write(Share& share);

  std::size_t columns_;
  std::vector<Share> shares_;
};

}  // namespace mlops::table
