#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"
#include "table/table.h"

namespace mlops::check {

/// Rule `expr`: the share of rows for which the expression is not true, null included. A column is
/// of the type that the policy says, else of numbers where the table has no text in it: the rows
/// are read once to know, and once more to judge.
class Expression final : public Judge, public Watcher {
 public:
  Expression(const policy::CheckRule& rule, const policy::Check& check, CheckedTable& table);
  /// The first time over the rows.
  void see(const Rows& rows) override;
  void conclude(std::vector<Outcome>& outcomes) override;

  /// Between the two: what watches the second one. Null where there is nothing to judge.
  Watcher* begin(table::Engine& engine, const CancelToken& cancel);
  void end();

 private:
  class Second final : public Watcher {
   public:
    explicit Second(Expression& owner) : owner_(owner) {}
    void see(const Rows& rows) override;

   private:
    Expression& owner_;
    std::vector<const table::ScannedColumn*> cells_;
  };
  struct Column {
    table::FilterColumn as;
    std::size_t place = 0;
    bool is_described = false;
    bool has_text = false;
  };
  void fail(const std::string& problem, const std::string& hint);

  const policy::CheckRule& rule_;
  CheckedTable& table_;
  std::vector<Column> columns_;
  std::string problem_;
  std::unique_ptr<table::RowFilter> filter_;
  Second second_;
};

}  // namespace mlops::check
