#pragma once

#include <string>

namespace mlops::report::test {

/// Holds `text` against tests/golden/report/<name>; with MLOPS_TEST_ACCEPT=1 it becomes that file.
void check_golden(const std::string& name, const std::string& text);

}  // namespace mlops::report::test
