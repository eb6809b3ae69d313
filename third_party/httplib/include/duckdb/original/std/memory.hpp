#pragma once

// What httplib.hpp, as it lies in DuckDB's source package, takes from DuckDB: here, from the standard
// library. See third_party/README.md.
#include <memory>

namespace duckdb {
using std::unique_ptr;
template <typename T, typename... Arguments>
std::shared_ptr<T> make_shared_ptr(Arguments&&... arguments) {
  return std::make_shared<T>(std::forward<Arguments>(arguments)...);
}
}  // namespace duckdb
