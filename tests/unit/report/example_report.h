#pragma once

#include "diff/result.h"

namespace mlops::report::test {

/// The comparison of the design's example table: real figures, one invented small slice.
diff::Report example_report();

}  // namespace mlops::report::test
