#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "check/result.h"
#include "policy/check_policy.h"
#include "table/table.h"

namespace mlops::check {

/// NaN is a number and not a value: rules about values ask no more of it than of null.
bool is_nan(const table::Cell& cell);
/// Whether a value that is neither null nor NaN is of the type: `int` is any whole number, "3.0"
/// included; `bool` is true and false in any case; dates and timestamps are those of
/// base/time_text.h.
bool has_type(const table::Cell& cell, policy::ColumnType type);
/// The number that a range is about: of dates and timestamps microseconds since the epoch. Nothing
/// for what has none.
std::optional<double> number_in(const table::Cell& cell, std::optional<policy::ColumnType> type);
/// What people write for "there is nothing": "NA", "null", "-" … in any case. The texts may be
/// shown.
bool spells_null(std::string_view text);
/// Characters, not bytes.
std::uint64_t length_of(std::string_view text);

/// The values that a policy allows: equal as table::same_value says.
class AllowedValues {
 public:
  explicit AllowedValues(const policy::ColumnRule& rule);
  bool has(const table::Cell& cell) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> labels_;
  bool fold_case_ = false;  ///< of a bool column: True is true
};

}  // namespace mlops::check
