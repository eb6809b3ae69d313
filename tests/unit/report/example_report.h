#pragma once

#include "diff/result.h"

namespace mlops::report::test {

/// The comparison of the design's example table: real figures, one invented small slice.
diff::Report example_report();
/// Five rules, one of each verdict: their slices are "is-pass", "is-warn" …
std::vector<diff::RuleResult> rules_of_every_verdict();

}  // namespace mlops::report::test
