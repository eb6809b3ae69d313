#pragma once

#include <string>

#include "check/infer.h"

namespace mlops::report {

enum class PolicyPart {
  whole,     ///< a file of its own
  appendix,  ///< to one that is there
};

/// A first [check.NAME] for a table, as TOML: the table passes it, and comments say what was seen.
/// Ranges are wider than what was seen; no value of a column that looks personal stands in it.
std::string inferred_policy(const check::SeenTable& seen, const std::string& name, PolicyPart part);
/// A name for the check of a table: "train" of "data/train.csv".
std::string check_name_of(const std::string& table);

}  // namespace mlops::report
