#pragma once

#include <vector>

#include "base/error.h"

namespace mlops::data {

/// After the rest was shown: throws the gravest of them, with the others below it. Nothing when
/// there are none.
void throw_gravest(const std::vector<Error>& failures);

}  // namespace mlops::data
