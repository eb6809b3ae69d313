#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "table/duckdb_api.h"
#include "table/locked_connection.h"
#include "table/table.h"

namespace mlops::table {

/// Evaluates one expression over rows that are handed in: in a DuckDB of its own that can read no
/// file, has no network, one thread and bounded memory, and is stopped after a time. What the
/// expression may be, its caller has checked (policy/row_expression.h).
class DuckDbFilter final : public RowFilter {
 public:
  static constexpr std::chrono::minutes kMostTime{10};
  /// `most_time`: of all batches together; looked at between them.
  DuckDbFilter(const DuckDbApi& api,
               std::string expression,
               std::vector<FilterColumn> columns,
               std::chrono::nanoseconds most_time,
               const CancelToken& cancel);
  DuckDbFilter(const DuckDbFilter&) = delete;
  DuckDbFilter& operator=(const DuckDbFilter&) = delete;

  void add(const std::vector<const ScannedColumn*>& columns, std::size_t size) override;
  void finish() override;
  std::uint64_t rows() const override { return first_ + held_; }
  std::uint64_t untrue() const override { return untrue_; }
  const std::vector<std::uint64_t>& first_untrue() const override { return first_untrue_; }

 private:
  struct Appender {
    explicit Appender(const DuckDbApi& functions) : api(functions) {}
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;
    ~Appender() { api.appender_destroy(&handle); }
    const DuckDbApi& api;
    duckdb_appender handle = nullptr;
  };
  void make_table();
  void append(const Cell& cell, FilterColumn::Type type);
  std::string question() const;
  void read_answers(const std::string& sql);
  void evaluate();
  void check_time() const;
  void take(const bool* values, std::size_t size);

  const DuckDbApi& api_;
  std::string expression_;
  std::vector<FilterColumn> columns_;
  std::chrono::nanoseconds most_time_;
  const CancelToken& cancel_;
  LockedConnection connection_;
  Appender appender_;        ///< goes before the connection that it belongs to
  std::uint64_t first_ = 0;  ///< rows evaluated
  std::size_t held_ = 0;     ///< rows in the table
  std::size_t held_bytes_ = 0;
  std::chrono::nanoseconds spent_{0};  ///< on the batches before this one
  std::chrono::nanoseconds begun_{0};  ///< when this one was
  std::uint64_t untrue_ = 0;
  std::vector<std::uint64_t> first_untrue_;
};

}  // namespace mlops::table
