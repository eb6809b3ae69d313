#pragma once

#include <string>
#include <vector>

#include "diff/result.h"

namespace mlops::report {

/// What happened, in one plain sentence without markup: "accuracy rose, but calibration got worse:
/// 1 safeguard says no".
std::string summary_sentence(const diff::Report& report);
/// The figures behind a no, one line for each broken rule: "ece10 0.0471 -> 0.0790, allowed: rise
/// <= 0.02".
std::vector<std::string> broken_rules(const diff::Report& report);

}  // namespace mlops::report
