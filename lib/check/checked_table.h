#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "check/crew.h"
#include "check/result.h"
#include "table/scanned_rows.h"
#include "table/table.h"

namespace mlops::check {

/// A table in one file or in several, which stand one after the other.
struct TableInput {
  std::string name;  ///< as the policy or the user calls it
  std::vector<table::Source> parts;
  std::vector<std::string> stale{};  ///< why it is not what its version's files would make
  std::vector<std::string> notes{};  ///< what its finder has to say
};

/// Some rows of a table: the wanted columns by their places.
struct Rows {
  std::uint64_t first = 0;  ///< number of the first one over all files, from 0
  std::size_t size = 0;
  std::span<const table::ScannedColumn> columns;
};

/// Sees every row of one table, in order. The cells' texts live during the call only. Others see
/// the same rows at the same time: what watchers of one table share, they share by themselves.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void see(const Rows& rows) = 0;
  /// After the last row, beside those of others: what takes long, such as sorting.
  virtual void finish() {}
};

/// A table that is read once for all who watch it, and of which only wanted columns are read.
class CheckedTable {
 public:
  /// Reads the headers. Error{config} for a file that is no table, and for files whose columns are
  /// not the same, in whatever order.
  CheckedTable(table::Engine& engine, TableInput input);

  const std::vector<std::string>& columns() const { return columns_; }
  bool has(const std::string& column) const;
  using Need = table::WantedColumn::Need;
  /// The place of a column among those that watchers see. Precondition: it is there.
  std::size_t want(const std::string& column, Need need = Need::spelling);
  /// The watcher must live until `scan` is over.
  void watch(Watcher& watcher) { watchers_.push_back(&watcher); }
  /// One pass over all rows; those who watch share the crew.
  void scan(table::Engine& engine, Crew& crew, const CancelToken& cancel);
  /// All rows once more, for others. After `scan`.
  void scan_again(table::Engine& engine,
                  Crew& crew,
                  const std::vector<Watcher*>& watchers,
                  const CancelToken& cancel);

  std::uint64_t rows() const { return rows_; }  ///< after the scan
  TableFacts facts() const;
  const std::string& name() const { return input_.name; }
  const TableInput& input() const { return input_; }
  /// A row by its number over all files, as people find it.
  Example example(std::uint64_t row, std::string value) const;

 private:
  void show(table::Engine& engine,
            Crew& crew,
            const std::vector<Watcher*>& watchers,
            const CancelToken& cancel);

  TableInput input_;
  std::vector<std::string> columns_;
  std::vector<table::WantedColumn> wanted_;
  std::vector<Watcher*> watchers_;
  std::vector<std::uint64_t> begins_;  ///< number of each part's first row
  std::uint64_t rows_ = 0;
};

}  // namespace mlops::check
