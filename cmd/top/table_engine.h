#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "app/context.h"
#include "table/table.h"

namespace mlops::top {

/// TMPDIR, or /tmp: where a command's scratch directory is made.
std::filesystem::path scratch_parent(app::Context& context);
/// DuckDB as the executable brings it, -j threads, spilling into `scratch` what goes beyond the
/// memory; 0: a quarter of the machine.
std::unique_ptr<table::Engine> open_engine(app::Context& context,
                                           const std::filesystem::path& scratch,
                                           std::uint64_t memory_bytes = 0);

}  // namespace mlops::top
