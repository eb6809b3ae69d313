#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/context.h"
#include "app/exit_code.h"
#include "diff/compare.h"
#include "pipeline/version_change.h"
#include "policy/safeguards.h"
#include "policy/verdict.h"
#include "top/diff_tables.h"

namespace mlops::top {

/// What `mlops diff` was asked: two model versions, or two tables with their facts in flags.
struct DiffRequest {
  std::optional<std::string> old_revision;
  std::optional<std::string> new_revision;
  std::optional<TablePair> tables;
  std::vector<std::string> sets;  ///< of --predictions
  pipeline::ChangeParts parts;    ///< of --only, but for predictions; none for two tables
  bool wants_predictions = true;
  /// Without predictions there would be no answer: --predictions or --only asks for them.
  bool needs_predictions = false;
  diff::ListedRows rows;               ///< of --columns and --limit
  std::vector<std::string> search;     ///< of --find-slices
  std::vector<std::string> by;         ///< of --by
  std::uint64_t memory_bytes = 0;      ///< of --memory; 0: not said
  std::vector<std::string> metrics;    ///< of --explain, where it names a metric
  std::size_t most_changed = 100'000;  ///< rows of a list of them all: of --limit and --all
  bool replay = false;                 ///< the old version predicts again, on the new rows
  diff::OtherKeys other_keys = diff::OtherKeys::refuse;   ///< of --common
  diff::Intervals intervals = diff::Intervals::of_rules;  ///< of --intervals
  std::optional<double> rtol;                             ///< in place of the policy's
  std::optional<double> atol;
  std::optional<policy::Decide> decide;
  bool fail_on_warn = false;
  /// Two files of which no column is said to be a prediction: all columns are compared.
  bool wants_elements = false;
};

/// What flags say in place of the policy.
void override_policy(const DiffRequest& request, policy::Safeguards& safeguards);
/// Of the whole verdict; a warning is a failure where that was asked for.
app::ExitCode code_of(const DiffRequest& request, policy::Verdict verdict);

/// Error{usage} for what fits neither.
DiffRequest read_diff_request(app::Context& context, const app::Arguments& arguments);

}  // namespace mlops::top
