#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "check/checked_table.h"
#include "check/profile.h"
#include "check/result.h"
#include "policy/check_policy.h"
#include "table/table.h"

namespace mlops::check {

struct CheckInput {
  policy::Check check;
  TableInput table;
  std::optional<TableInput> baseline;  ///< where the check names one
  std::optional<Profile> profile;      ///< what its files hold, where they are profiles
  std::string baseline_problem;  ///< why there is none although it does: its rules lack evidence
  bool is_baseline_unknown = false;           ///< its revision is: nothing excuses that lack
  std::map<std::string, TableInput> against;  ///< by the name in the policy
};

struct CheckSettings {
  std::filesystem::path scratch;   ///< for what does not fit into memory
  std::uint64_t memory_bytes = 0;  ///< for what is sorted; 0: an eighth of the machine
  std::size_t threads = 0;         ///< 0: all; no figure depends on it
  std::int64_t now_us = 0;         ///< microseconds since the epoch, for `freshness`
  enum class Pictures { leave, take } pictures = Pictures::leave;  ///< of all columns
};

/// Error{config} with file, line and key for the first rule of the check that this build does not
/// judge, or that lacks what it is about.
void refuse_unbuilt(const policy::Check& check);

/// Judges a table by one [check.NAME]: each of the tables is read once. Same input, same bytes out,
/// but for the rule `freshness`: no order of threads, and but for row numbers no order of rows.
CheckReport judge(table::Engine& engine,
                  const CheckInput& input,
                  const CheckSettings& settings,
                  const CancelToken& cancel);

/// The verdict over all checks.
void conclude(Report& report);

}  // namespace mlops::check
