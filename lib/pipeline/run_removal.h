#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "pipeline/run_history.h"

namespace mlops::pipeline {

/// Which records go: those beyond the newest `keep`, and those that began longer ago than
/// `older_than`. With both, what either names.
struct RunRemoval {
  std::optional<std::uint64_t> keep;
  std::optional<std::chrono::milliseconds> older_than;
  enum class Mode { remove, look } mode = Mode::remove;
};

struct RemovedRuns {
  std::vector<std::string> removed;  ///< or, when only looking, what would be
  std::vector<std::string> running;  ///< named by the rule, kept because they are at work
  std::uint64_t bytes = 0;           ///< of their files
};

/// Removes records with their logs and params. A run at work is never touched, however old: its
/// lock is taken for as long as its files go. The outs that only these records name are roots of
/// the store no more, so the next `mlops data gc` may free them.
RemovedRuns remove_runs(const std::filesystem::path& runs,
                        const RunRemoval& removal,
                        std::int64_t now_ns,
                        const CancelToken& cancel);

}  // namespace mlops::pipeline
