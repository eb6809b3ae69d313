#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "pipeline/run_history.h"

namespace mlops::report {

/// A run for programs: the record of `mlops runs list --json`, and with its instances that of
/// `mlops runs show --json` (mlops-runs-show(1)).
nlohmann::ordered_json run_summary_json(const pipeline::RecordedRun& run,
                                        pipeline::RunState state,
                                        std::int64_t now_ns);
nlohmann::ordered_json run_json(const pipeline::RecordedRun& run,
                                pipeline::RunState state,
                                std::int64_t now_ns);

/// One page that loads nothing: the graph with what became of each instance, and a table.
std::string run_html(const pipeline::RecordedRun& run,
                     pipeline::RunState state,
                     std::int64_t now_ns);

}  // namespace mlops::report
