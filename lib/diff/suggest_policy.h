#pragma once

#include <string>

#include "diff/result.h"

namespace mlops::diff {

/// A policy as text that this pair keeps: a rule for each figure that every report shows and each
/// gap between groups. What it allows is the least favourable end of the interval or a quarter more
/// than what was seen, at least a half per cent of the old value, rounded up to two digits. Limits
/// that nobody can set (new labels, other shapes) are named in a comment where this pair breaks
/// them.
std::string suggest_policy(const Report& report);

}  // namespace mlops::diff
