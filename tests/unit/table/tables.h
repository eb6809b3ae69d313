#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "support/temp_dir.h"
#include "table/table.h"

namespace mlops::table {

inline std::unique_ptr<Engine> open_engine(unsigned threads = 2) {
  static const test::TempDir kTemp;
  EngineOptions options;
  options.library = MLOPS_TEST_DUCKDB;
  options.temp_directory = kTemp / "";
  options.threads = threads;
  options.memory_bytes = std::uint64_t{512} << 20U;
  return Engine::open(options);
}

/// One engine for many tests: opening DuckDB costs more than most of what they ask of it.
inline Engine& shared_engine(unsigned threads = 2) {
  static std::map<unsigned, std::unique_ptr<Engine>> engines;
  std::unique_ptr<Engine>& engine = engines[threads];
  if (engine == nullptr) {
    engine = open_engine(threads);
  }
  return *engine;
}

/// Two tables in a temporary directory.
class Tables {
 public:
  Tables(std::string_view old_text, std::string_view new_text) {
    test::write_file(temp_ / "old.csv", old_text);
    test::write_file(temp_ / "new.csv", new_text);
    request.old_table = {temp_ / "old.csv", "v1:p.csv", Format::csv};
    request.new_table = {temp_ / "new.csv", "v2:p.csv", Format::csv};
  }

  /// "0-1 k=7 o=a n=b": row numbers, keys, values of both sides; "." is an absent row, "~" null.
  std::vector<std::string> align(Engine& engine) {
    std::vector<std::string> rows;
    counts = engine.align(
        request, [&rows](const AlignedBatch& batch) { append_rows(batch, rows); }, CancelToken());
    return rows;
  }
  std::vector<std::string> align() { return align(shared_engine()); }

  AlignRequest request;
  Alignment counts;

 private:
  static std::string cells(const std::vector<ColumnCells>& columns, std::size_t row) {
    std::string text;
    for (const ColumnCells& column : columns) {
      text += text.empty() ? "" : ",";
      const Cell& cell = column[row];
      text += cell.kind == Cell::Kind::null ? "~" : std::string(cell.text);
    }
    return text;
  }
  static std::string number(std::uint64_t row) {
    return row == AlignedBatch::kAbsent ? "." : std::to_string(row);
  }
  static void append_rows(const AlignedBatch& batch, std::vector<std::string>& rows) {
    for (std::size_t i = 0; i < batch.old_rows.size(); ++i) {
      rows.push_back(number(batch.old_rows[i]) + "-" + number(batch.new_rows[i]) +
                     " k=" + cells(batch.keys, i) + " o=" + cells(batch.old_columns, i) +
                     " n=" + cells(batch.new_columns, i));
    }
  }

  test::TempDir temp_;
};

/// The error that `act` throws; fails the test by an exception of its own when it throws none.
inline Error error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("no error was thrown");
}

}  // namespace mlops::table
