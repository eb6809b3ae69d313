#pragma once

#include <optional>

#include "base/cancel.h"
#include "table/array_layout.h"
#include "table/csv_scan.h"
#include "table/locked_connection.h"
#include "table/table_file.h"

namespace mlops::table {

/// What the arrays of an NPY or NPZ file are as a table: of an NPY file the column `value`, in two
/// dimensions `value_0`, `value_1`, …; of an NPZ file the same with each member's name instead. Of
/// records the columns are the fields: `a`, in an NPZ file `member_a`, lists `a_0`, `a_1`, ….
struct ArrayTable {
  CsvShape shape;
  ArrayLayout layout;
  std::optional<os::TempFile> unpacked;  ///< the members that were compressed
};

/// Looks at all headers, and at every byte of an NPZ file, whose sums are verified; compressed
/// members are decompressed into limits.temp_directory. Error{config} with file and member for what
/// is no table: other sizes than the header says, Python objects, arrays of other lengths.
ArrayTable read_arrays(const os::Fd& fd,
                       const Source& source,
                       const ReaderLimits& limits,
                       const CancelToken& cancel);

}  // namespace mlops::table
