#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "table/csv_scan.h"

namespace mlops::table {

/// Neighbouring records with their line ends.
using RecordRange = std::string_view;

/// Some records of a table, in ranges that are in file order.
struct RecordRanges {
  std::vector<RecordRange> ranges;
  std::uint64_t rows = 0;
  /// Records behind those that are there, as many as `count`.
  void add(const char* begin, const char* end, std::uint64_t count);
  void append(const RecordRanges& others);
  bool contains(const char* record) const;
};

/// Cuts ranges into parts of about that size, each of whole records.
std::vector<RecordRange> cut_at_records(const std::vector<RecordRange>& ranges,
                                        std::size_t part_bytes);

/// The first records of a text of at least one byte: about that many bytes, and at least one
/// record.
RecordRange first_records(std::string_view text, std::size_t part_bytes);

/// Goes through records that are known to be clean (LineScanner). Where bytes changed since, it
/// stays within bounds and promises nothing else.
class RecordIterator {
 public:
  RecordIterator(RecordRange range, CsvShape::Newline newline)
      : at_(range.data()), end_(range.data() + range.size()), newline_(newline) {}
  /// The next record without its line end; false at the end.
  bool next(std::string_view& record);

 private:
  const char* at_;
  const char* end_;
  CsvShape::Newline newline_;
};

}  // namespace mlops::table
