#pragma once

#include <sstream>
#include <string>

namespace duckdb {
using std::stringstream;
}  // namespace duckdb
