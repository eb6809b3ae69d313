#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "os/fd.h"
#include "os/file.h"
#include "table/table.h"

namespace mlops::table {

/// The bounds of a table: beyond them it is refused, with the line.
constexpr std::size_t kMaxColumns = 32'768;
constexpr std::size_t kMaxRecordBytes = std::size_t{4} << 20U;

/// What a delimited text file is, found before DuckDB reads it.
struct CsvShape {
  std::vector<std::string> columns;  ///< file order; unique, not empty, UTF-8
  std::uint64_t rows = 0;            ///< records after the header
  enum class Newline { lf, crlf } newline = Newline::lf;
  /// A quoted field holds a line end. Then a line end does not always end a record, and the file
  /// cannot be cut into parts that are read in parallel.
  bool has_quoted_newline = false;
};

/// Decides what a delimited text file means, so that a file that readers could read in two ways is
/// refused with its line instead of guessed at. RFC 4180, read strictly, with these additions: a
/// UTF-8 byte order mark is skipped; lines end in LF or in CRLF, the same everywhere; the last one
/// may lack it; empty lines are no rows, except in a table of one column, where they are null.
///
///     file   = [BOM] header *(end record) [end]
///     record = field *(delimiter field)          as many fields as the header
///     field  = *plain / DQUOTE *(any / 2DQUOTE) DQUOTE
///     plain  = any byte but delimiter, DQUOTE, CR, LF, NUL
///
/// Feed the bytes in pieces of any size, then call finish once. Throws Error{config}.
class CsvScanner {
 public:
  /// `name` is how messages call the file.
  CsvScanner(Format format, std::string name);
  void feed(std::string_view bytes);
  CsvShape finish();
  /// True once the first record has been read; its names are then checked.
  bool has_header() const { return !shape_.columns.empty(); }
  const std::vector<std::string>& columns() const { return shape_.columns; }

 private:
  enum class State { field_start, unquoted, quoted, quote_in_quoted, carriage_return };

  std::size_t skip_plain(std::string_view bytes, std::size_t at);
  void step(char c);
  void step_quoted(char c);
  void step_unquoted(char c);
  void end_field();
  void end_record(CsvShape::Newline newline);
  /// `line_end`: how many of its bytes are the line's end; the last line may have none.
  void close_record(std::size_t line_end);
  void take_header();
  void take_bytes(std::size_t count);
  void add_to_header(char c);
  [[noreturn]] void fail(const std::string& problem) const;

  std::string name_;
  char delimiter_;
  bool special_[256] = {};
  State state_ = State::field_start;
  CsvShape shape_;
  std::vector<std::string> header_;
  std::string header_field_;
  std::size_t bom_matched_ = 0;  ///< bytes of a byte order mark seen at the start
  bool at_start_ = true;
  bool newline_known_ = false;
  bool record_has_quotes_ = false;
  std::size_t fields_ = 0;  ///< ended fields of this record
  std::size_t record_bytes_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t record_line_ = 1;
};

/// Scans a whole file, from its start. `fd` must be a regular file. `plain`, where there is one,
/// gets what was scanned: the text as it is without compression.
CsvShape scan_csv(const os::Fd& fd,
                  const Source& source,
                  const CancelToken& cancel,
                  os::TempFile* plain = nullptr);
/// Only the header: reads no further than the block in which it ends.
std::vector<std::string> scan_csv_header(const os::Fd& fd, const Source& source);

}  // namespace mlops::table
