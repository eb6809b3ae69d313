#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"

namespace mlops::table {

/// Only what this build reads is listed.
enum class Format { csv, tsv, jsonl, parquet, npy, npz };
/// What a text format may be wrapped in.
enum class Compression { none, gzip, zstd };

/// What a file's name says about it, in any case: ".csv", ".tsv" or ".tab", ".jsonl" or ".ndjson",
/// each with ".gz" or ".zst" behind it or without; ".parquet", ".npy", ".npz".
struct FileFormat {
  Format format = Format::csv;
  Compression compression = Compression::none;
};
std::optional<FileFormat> find_format(const std::filesystem::path& path);

/// A table in a file. `name` is how messages call it ("model-v1:out/predictions.csv").
struct Source {
  std::filesystem::path path;
  std::string name;
  Format format = Format::csv;
  Compression compression = Compression::none;
};
/// The file at `path` as the end of `name` says; Error{config} that lists what can be read.
Source source_at(std::filesystem::path path, std::string name);

/// 2^53: below, a double holds every integer.
inline constexpr double kExactIntegers = 9007199254740992.0;

/// One value as the file has it. Empty field: null, quoted or not: quotes are syntax, so writing a
/// table again with more or fewer of them changes no value. "nan" and "inf"/"infinity" in any case,
/// with or without a sign: numbers. Text that reads whole as a decimal number: number, and `text`
/// keeps the spelling, so that integers beyond 2^53 can be compared exactly. "007" is text: a code
/// whose zeros count. (reference: definitions B3, B4; the grammar is in cell.h.)
struct Cell {
  enum class Kind : std::uint8_t { null, number, text };
  Kind kind = Kind::null;
  double number = 0;
  std::string_view text;  ///< valid during the callback only
};
/// True when equal as numbers, else as text; exact for integers of any size, else as doubles. null
/// equals null only, NaN equals NaN, -0 equals 0. An equivalence: transitive for any mix of
/// numbers. The same as: same kind and same canonical_label.
bool same_value_closely(const Cell& a, const Cell& b);
inline bool same_value(const Cell& a, const Cell& b) {
  const bool are_small = a.kind == Cell::Kind::number && b.kind == Cell::Kind::number &&
                         a.number > -kExactIntegers && a.number < kExactIntegers;
  return are_small ? a.number == b.number : same_value_closely(a, b);
}
/// The class label as metrics name it: "0", "0.0" and "0e0" are one label ("0"); text is as it is,
/// null is empty.
std::string canonical_label(const Cell& cell);

using ColumnCells = std::vector<Cell>;

/// Rows side by side. Column c of the request is `old_columns[c]` and `new_columns[c]`; on the side
/// where a row is absent all its cells are null and its row number is `kAbsent`.
struct AlignedBatch {
  static constexpr std::uint64_t kAbsent = UINT64_MAX;
  std::vector<std::uint64_t> old_rows;  ///< row numbers from 0
  std::vector<std::uint64_t> new_rows;
  std::vector<ColumnCells> keys;
  std::vector<ColumnCells> old_columns;
  std::vector<ColumnCells> new_columns;
};

/// What happens to a key that stands more than once in a table. `occurrence` pairs the k-th row
/// with the k-th, in file order. `drop` leaves out all rows of such a key, on both sides: which of
/// them was meant cannot depend on their order.
enum class Duplicates { error, occurrence, drop };

struct AlignRequest {
  Source old_table;
  Source new_table;
  /// Compared cell by cell by same_value; null is a legal key. None: rows are paired by position.
  std::vector<std::string> keys;
  std::vector<std::string> columns;  ///< wanted on both sides; Error{config} if one is missing
  std::vector<std::string> optional_columns;  ///< appended after `columns`; all null where missing
  Duplicates duplicates = Duplicates::error;
};

struct Alignment {
  std::uint64_t old_rows = 0;
  std::uint64_t new_rows = 0;
  std::uint64_t matched = 0;
  std::uint64_t only_old = 0;
  std::uint64_t only_new = 0;
  std::uint64_t duplicate_keys_old = 0;  ///< keys that stand more than once
  std::uint64_t duplicate_keys_new = 0;
  std::uint64_t dropped_old = 0;  ///< rows left out by Duplicates::drop; in no count but old_rows
  std::uint64_t dropped_new = 0;
  /// At most 5, as the file has them, cells joined by ", ": the old table's, then the new one's.
  std::vector<std::string> first_duplicates;
  std::vector<std::string> added_columns;  ///< only in the new table
  std::vector<std::string> removed_columns;
};

// What a scan is asked for and what it tells: scanned_rows.h.
struct WantedColumn;
class ScannedColumn;
struct ScannedRows;

/// A column of an expression, and what its values are there. Of dates, timestamps and booleans a
/// text that is none is null, and of numbers any text.
struct FilterColumn {
  std::string name;
  enum class Type { number, text, boolean, date, timestamp } type = Type::text;
};

/// Asks an expression of rows that are handed in. One thread.
class RowFilter {
 public:
  virtual ~RowFilter() = default;
  /// The next `size` rows, the columns in the order of the expression's. Error{config} where some
  /// row cannot be evaluated, or all took too long; no message holds a value.
  virtual void add(const std::vector<const ScannedColumn*>& columns, std::size_t size) = 0;
  virtual void finish() = 0;                 ///< after the last row, before the figures
  virtual std::uint64_t rows() const = 0;    ///< handed in
  virtual std::uint64_t untrue() const = 0;  ///< of those: false or null
  virtual const std::vector<std::uint64_t>& first_untrue() const = 0;  ///< at most 5, from 0
};

struct EngineOptions {
  std::filesystem::path library;         ///< libduckdb.so; empty when it is linked in
  std::filesystem::path temp_directory;  ///< for what does not fit into memory
  /// Half for DuckDB (at least 256 MiB), half for rows and keys that are held to be aligned: what
  /// does not fit goes to `temp_directory`. 0: a quarter of the machine.
  std::uint64_t memory_bytes = 0;
  unsigned threads = 0;  ///< 0: all; results do not depend on it
  /// Of a mapped table that one thread takes at once; results do not depend on it.
  std::size_t part_bytes = std::size_t{8} << 20U;
  /// Which reader finds changes; the answers are the same.
  enum class Reader { fast_where_it_can, general } reader = Reader::fast_where_it_can;
};

struct ChangeRequest;
class ChangeSinks;
struct ChangeSummary;
class PairSinks;

/// DuckDB behind a door: loaded by the first call that needs it (Error{config} where it is missing
/// or another version), no extension is loaded, only the named files can be read, the configuration
/// is locked, and no user text becomes SQL but the expressions of `filter` (names are quoted
/// identifiers, values are bound). One thread at a time.
class Engine {
 public:
  static std::unique_ptr<Engine> open(const EngineOptions& options);
  virtual ~Engine() = default;
  virtual std::string_view version() const = 0;  ///< of DuckDB

  /// Names in file order. Error{config} for a file that is no table, has no header, an empty or a
  /// duplicate column name, with file and line where known.
  virtual std::vector<std::string> columns(const Source& source) = 0;

  /// Calls `sink` with batches of at most 2,048 rows: first all rows of the old table in file order
  /// (matched or only old), then the rows that only the new one has, in its file order; of tables
  /// that do not fit into memory in shares of the keys, each in that order.
  /// Error{config} for missing columns and, under Duplicates::error, for duplicate keys.
  virtual Alignment align(const AlignRequest& request,
                          const std::function<void(const AlignedBatch&)>& sink,
                          const CancelToken& cancel) = 0;

  /// As `align`, faster where the tables allow it: rows come in any order, batch by batch, and
  /// their numbers only say whether they are there. Nothing where `align` is needed; what `sink`
  /// was told then is void, and so it is when it throws. This one never can.
  virtual std::optional<Alignment> align_in_any_order(
      const AlignRequest& request,
      const std::function<void(const AlignedBatch&)>& sink,
      const CancelToken& cancel,
      std::string& why_not);

  /// As `align_in_any_order`, but rows come to several sinks at once, as the fields that the files
  /// have (row_pairs.h). The keys are canonical_label of themselves. Nothing where `align` is
  /// needed; what the sinks were told then is void, and so it is when one of them throws.
  virtual std::optional<Alignment> find_pairs(const AlignRequest& request,
                                              PairSinks& sinks,
                                              const CancelToken& cancel,
                                              std::string& why_not);

  /// Calls `sink` with some columns of all rows in file order and says how many rows there are.
  /// Error{config} for a missing column.
  virtual std::uint64_t scan(const Source& source,
                             const std::vector<WantedColumn>& columns,
                             const std::function<void(const ScannedRows&)>& sink,
                             const CancelToken& cancel) = 0;

  /// Error{config} for an expression that is none over these columns. It becomes SQL as it is: its
  /// caller has checked it. `cancel` outlives the filter.
  virtual std::unique_ptr<RowFilter> filter(const std::string& expression,
                                            const std::vector<FilterColumn>& columns,
                                            const CancelToken& cancel) = 0;

  /// Tells `sinks` of the cells of two tables whose bytes differ, and of rows that one table has
  /// (cell_changes.h). Errors as `align` and, without a key, for tables of other sizes. This one is
  /// made of `columns` and `align`, the general path; an engine may know a faster one.
  virtual ChangeSummary find_changes(const ChangeRequest& request,
                                     ChangeSinks& sinks,
                                     const CancelToken& cancel);
};

}  // namespace mlops::table
