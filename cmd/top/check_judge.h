#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "check/check.h"
#include "top/check_tables.h"
#include "top/policy_file.h"

namespace mlops::top {

/// A check of the policy, and the table that is judged by it in place of its own.
struct AskedCheck {
  policy::Check check;
  std::optional<std::string> table;
};

/// What the profiles among a baseline's files hold, together; nothing where all are tables.
/// Error{config} for a file that is neither, and for profiles that do not belong together.
std::optional<check::Profile> read_profiles(const check::TableInput& input);

/// The table that a check judges. Error{not_found}.
check::TableInput table_of(CheckTables& tables, const AskedCheck& asked);

/// Finds the tables of all checks and judges them. Error{config} for a rule that is not built,
/// before anything is read; Error{not_found} for a table that is not there.
check::Report judge_checks(app::Context& context,
                           const std::vector<AskedCheck>& asked,
                           const Policy& policy,
                           CheckPlaces places,
                           check::CheckSettings::Pictures pictures);

}  // namespace mlops::top
