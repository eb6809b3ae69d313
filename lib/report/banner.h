#pragma once

#include <string>

#include "policy/verdict.h"
#include "report/diff_report.h"

namespace mlops::report {

/// What tables of verdicts on a terminal have in common.

/// The word in the verdict's colour, if there is colour.
std::string painted(std::string word, policy::Verdict verdict, const TextStyle& style);
/// The line that says it all: "FAIL  what … right", as lines of the style's width; ends in '\n'.
/// `what` is raw, `right` is ours.
std::string banner(policy::Verdict verdict,
                   const std::string& what,
                   const std::string& right,
                   const TextStyle& style);

}  // namespace mlops::report
