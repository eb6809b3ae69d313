#pragma once

#include <optional>

#include "check/profile.h"
#include "check/value_counts.h"
#include "policy/check_policy.h"

namespace mlops::check {

/// How far a distance from a profile is, at most, from the one that the profile's rows would give.
/// Nothing where it cannot be told. 0 where each value of the column has a cell of its own: then
/// the two are equal. mlops-profile(5) says why.
std::optional<double> profile_error(policy::DriftMethod method,
                                    double distance,
                                    const ProfileColumn& column,
                                    ValueCounts& base,
                                    ValueCounts& now);

/// The share of the values that have no cell of their own.
double shared_cells(const ProfileColumn& column);

}  // namespace mlops::check
