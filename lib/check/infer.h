#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "check/check.h"
#include "check/personal_values.h"
#include "policy/check_policy.h"
#include "table/table.h"

namespace mlops::check {

/// What was seen in a column, from which its rules follow.
struct SeenColumn {
  std::string name;
  std::optional<policy::ColumnType> type;  ///< nothing where there is no value
  std::uint64_t nulls = 0;
  std::uint64_t nans = 0;
  std::uint64_t infinities = 0;
  std::uint64_t spelled_nulls = 0;
  std::uint64_t values = 0;   ///< neither null nor NaN
  std::optional<double> min;  ///< of finite numbers
  std::optional<double> max;
  std::string first_time;  ///< of dates and timestamps, as the table spells them
  std::string last_time;
  std::uint64_t shortest = 0;  ///< in characters
  std::uint64_t longest = 0;
  bool is_unique = false;
  std::vector<std::string> set;  ///< few values that come again and again; never personal ones
  PiiKinds personal;
  std::vector<std::uint64_t> personal_values;  ///< by kind
};

struct SeenTable {
  TableFacts table;
  std::uint64_t repeated_rows = 0;
  std::vector<SeenColumn> columns;  ///< in the table's order
};

/// Reads a table once, to write a first policy for it.
SeenTable look_at(table::Engine& engine,
                  const TableInput& table,
                  const CheckSettings& settings,
                  const CancelToken& cancel);

}  // namespace mlops::check
