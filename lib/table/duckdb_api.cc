#include "table/duckdb_api.h"

#include <string>
#include <string_view>

#ifndef MLOPS_DUCKDB_LINKED
#include <dlfcn.h>
#endif

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::table {
namespace {

#ifdef MLOPS_DUCKDB_LINKED

DuckDbApi find_functions(const std::filesystem::path& /*library*/) {
  DuckDbApi api;
#define MLOPS_TAKE(name) api.name = &duckdb_##name;
  MLOPS_DUCKDB_FUNCTIONS(MLOPS_TAKE)
#undef MLOPS_TAKE
  return api;
}

#else

template <typename Function>
void find_function(void* handle,
                   const char* name,
                   const std::filesystem::path& library,
                   Function& function) {
  void* address = dlsym(handle, name);
  if (address == nullptr) {
    throw Error(ErrorKind::config,
                fmt::format("{} has no function '{}'", quote(library.string()), name),
                "install mlops again: this is not the DuckDB that came with it");
  }
  function = reinterpret_cast<Function>(address);
}

DuckDbApi find_functions(const std::filesystem::path& library) {
  // A name without a slash would be searched for in the library path of whoever calls.
  if (!library.is_absolute()) {
    throw Error(ErrorKind::internal,
                fmt::format("the path of DuckDB is not absolute: {}", quote(library.string())));
  }
  // dlfcn.h has its home in this room (tests/lint/layers): it opens DuckDB and nothing else.
  // Never closed: DuckDB leaves thread-local destructors behind that would run unmapped code.
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw Error(ErrorKind::config,
                fmt::format("DuckDB cannot be loaded: {}", reason != nullptr ? reason : "unknown"),
                "install mlops again: 'libduckdb.so' belongs beside it or into 'lib/mlops'");
  }
  DuckDbApi api;
#define MLOPS_FIND(name) find_function(handle, "duckdb_" #name, library, api.name);
  MLOPS_DUCKDB_FUNCTIONS(MLOPS_FIND)
#undef MLOPS_FIND
  return api;
}

#endif

}  // namespace

DuckDbApi load_duckdb(const std::filesystem::path& library) {
  DuckDbApi api = find_functions(library);
  const std::string_view version = api.library_version();
  if (version != kDuckDbVersion) {
    throw Error(
        ErrorKind::config,
        fmt::format("DuckDB is {}, but this mlops is made for {}", quote(version), kDuckDbVersion));
  }
  return api;
}

}  // namespace mlops::table
