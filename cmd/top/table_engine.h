#pragma once

#include <filesystem>
#include <memory>

#include "app/context.h"
#include "table/table.h"

namespace mlops::top {

/// TMPDIR, or /tmp: where a command's scratch directory is made.
std::filesystem::path scratch_parent(app::Context& context);
/// DuckDB as the executable brings it, -j threads, spilling into `scratch`.
std::unique_ptr<table::Engine> open_engine(app::Context& context,
                                           const std::filesystem::path& scratch);

}  // namespace mlops::top
