#include "top/table_engine.h"

#include <algorithm>

#include "os/file.h"

namespace mlops::top {

std::filesystem::path scratch_parent(app::Context& context) {
  const std::string set = context.environment().get("TMPDIR");
  return set.empty() ? "/tmp" : set;
}

std::unique_ptr<table::Engine> open_engine(app::Context& context,
                                           const std::filesystem::path& scratch,
                                           std::uint64_t memory_bytes) {
  table::EngineOptions options;
  const std::filesystem::path bin = context.environment().executable.parent_path();
  options.library = bin / "libduckdb.so";
  if (!os::lstat_file(options.library)) {
    options.library = bin.parent_path() / "lib" / "mlops" / "libduckdb.so";
  }
  options.temp_directory = scratch;
  options.memory_bytes = memory_bytes;
  options.threads = static_cast<unsigned>(std::min<std::size_t>(context.options().jobs, 1024));
  return table::Engine::open(options);
}

}  // namespace mlops::top
