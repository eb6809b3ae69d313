#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "pipeline/run_history.h"

namespace mlops::report {

/// A recorded run in the words that its table, its page and its JSON share.

/// "running", "done", "interrupted", "failed (user)", "died".
std::string outcome_of(const pipeline::RecordedRun& run, pipeline::RunState state);
/// "3 ran, 2 cached, 1 failed": in a fixed order, what there is none of left out.
std::string tally_of(const pipeline::RecordedRun& run);
/// From its first to its last line; of a running one until `now_ns`. Never negative: clocks jump.
std::chrono::milliseconds duration_of(const pipeline::RecordedRun& run,
                                      pipeline::RunState state,
                                      std::int64_t now_ns);
/// "exit code 3", "signal 9", or empty.
std::string end_of(const pipeline::RecordedInstance& instance);
/// State of an instance: what it ended with, else "running" or "waiting", or "lost" where the run
/// is no more.
std::string state_of(const pipeline::RecordedInstance& instance, pipeline::RunState state);

/// "2026-11-22T20:14:08Z" → nanoseconds since the epoch; nothing for another form.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace mlops::report
