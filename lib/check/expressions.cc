#include "check/expressions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "policy/row_expression.h"

namespace mlops::check {
namespace {

using Type = table::FilterColumn::Type;

Type type_of(policy::ColumnType type) {
  switch (type) {
    case policy::ColumnType::integer:
    case policy::ColumnType::real:
      return Type::number;
    case policy::ColumnType::boolean:
      return Type::boolean;
    case policy::ColumnType::text:
      return Type::text;
    case policy::ColumnType::date:
      return Type::date;
    case policy::ColumnType::timestamp:
      return Type::timestamp;
  }
  return Type::text;
}

}  // namespace

Expression::Expression(const policy::CheckRule& rule,
                       const policy::Check& check,
                       CheckedTable& table)
    : rule_(rule), table_(table), second_(*this) {
  const std::vector<std::string> named = policy::names_in_row_expression(rule.expr);
  for (const std::string& name : table.columns()) {
    if (std::find(named.begin(), named.end(), to_lower_ascii(name)) == named.end()) {
      continue;
    }
    Column column;
    column.as.name = name;
    column.place = table.want(name);
    for (const policy::ColumnRule& described : check.columns) {
      if (described.name == name && described.type) {
        column.as.type = type_of(*described.type);
        column.is_described = true;
      }
    }
    columns_.push_back(std::move(column));
  }
  if (columns_.empty()) {
    problem_ = "it names no column of the table";
    return;
  }
  table.watch(*this);
}

void Expression::see(const Rows& rows) {
  for (Column& column : columns_) {
    const table::ScannedColumn& cells = rows.columns[column.place];
    for (std::size_t i = 0; i < rows.size && !column.has_text; ++i) {
      column.has_text = cells.kind(i) == table::Cell::Kind::text;
    }
  }
}

/// What is wrong with it is told as its rule's result: others can be judged all the same.
void Expression::fail(const std::string& problem, const std::string& hint) {
  problem_ = hint.empty() ? problem : fmt::format("{} ({})", problem, hint);
  filter_.reset();
}

Watcher* Expression::begin(table::Engine& engine, const CancelToken& cancel) {
  if (!problem_.empty()) {
    return nullptr;
  }
  std::vector<table::FilterColumn> columns;
  for (const Column& column : columns_) {
    columns.push_back(column.as);
    if (!column.is_described) {
      columns.back().type = column.has_text ? Type::text : Type::number;
    }
  }
  try {
    filter_ = engine.filter(rule_.expr, columns, cancel);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    throw Error(ErrorKind::config,
                fmt::format("{}.expr: {}", config::to_string(rule_.position), error.message()),
                error.hint());
  }
  return &second_;
}

void Expression::Second::see(const Rows& rows) {
  if (!owner_.filter_) {
    return;
  }
  cells_.clear();
  for (const Column& column : owner_.columns_) {
    cells_.push_back(&rows.columns[column.place]);
  }
  try {
    owner_.filter_->add(cells_, rows.size);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    owner_.fail(error.message(), error.hint());
  }
}

void Expression::end() {
  if (!filter_) {
    return;
  }
  try {
    filter_->finish();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    fail(error.message(), error.hint());
  }
}

void Expression::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  const double max = rule_.max.value_or(0);
  outcome.rule = result_of("expr", rule_.expr, at_most(max), rule_.position);
  if (!filter_) {
    set_insufficient(outcome.rule, problem_);
  } else {
    judge_share(outcome.rule, filter_->untrue(), filter_->rows(), max, "row");
    for (const std::uint64_t row : filter_->first_untrue()) {
      outcome.examples.push_back(table_.example(row, {}));
    }
  }
  outcomes.push_back(std::move(outcome));
}

}  // namespace mlops::check
