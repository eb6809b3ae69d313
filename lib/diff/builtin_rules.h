#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diff/collect.h"
#include "diff/compare.h"
#include "diff/result.h"
#include "policy/safeguards.h"

namespace mlops::diff {

/// Whether every matched row has the same label on both sides; insufficient where not: the versions
/// were judged by different truths.
RuleResult judge_labels(const Observations& seen);

/// The share of keys that one side has. Beyond what the policy allows they make the sets not
/// comparable, insufficient, unless they are to be left out: then the rule fails (definition B1).
RuleResult judge_keys(const Observations& seen,
                      const policy::DiffDefaults& defaults,
                      OtherKeys other_keys);

/// Insufficient: a table that other files made is no evidence about this version.
RuleResult judge_stale(const std::string& reason);

/// Insufficient: a version lacks the table.
RuleResult judge_missing_table(const std::string& reason);

/// A set that only the old version declares: insufficient, and what that means is the policy's.
RuleResult judge_dropped(const std::string& reason, policy::OnInsufficient on_insufficient);

/// Values that stopped being finite (definition B3).
RuleResult judge_nonfinite(const Observations& seen, const policy::DiffDefaults& defaults);

/// The other rules that hold for every comparison: values that stopped being finite, labels that
/// nobody knew (definitions B3, B5).
std::vector<RuleResult> judge_built_in(const Observations& seen,
                                       const Samples& samples,
                                       const policy::DiffDefaults& defaults);

/// What a reader should know about the rows and columns, one sentence each.
std::vector<std::string> findings_of_rows(const table::Alignment& rows);
/// The same, and what the samples show.
std::vector<std::string> findings_of(const Observations& seen, const Samples& samples);
/// A positive class that is no row's label or prediction: the event may be rare, so that is told.
/// Error{config} where two other classes stand in the table: then another one was meant.
std::optional<std::string> find_unseen_positive(const Samples& samples, const std::string& table);

}  // namespace mlops::diff
