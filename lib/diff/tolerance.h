#pragma once

#include "policy/safeguards.h"

namespace mlops::diff {

/// Whether two numbers are equal within the tolerance (definitions B2, B3): `sum` is
/// |n - o| <= atol + rtol |o|, `either` one of |n - o| <= atol and |n - o| / |o| <= rtol,
/// `symmetric` Python's math.isclose, `ulp` at most atol representable numbers apart. -0 = +0, NaN
/// = NaN, infinities only with the same sign and with nothing finite.
bool within(const policy::Tolerance& tolerance, double old_value, double new_value);

/// The tolerance of one column: the general one with what the column overrides.
policy::Tolerance tolerance_of(const policy::DiffDefaults& defaults, const std::string& column);

}  // namespace mlops::diff
