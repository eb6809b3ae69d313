#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "pipeline/machine_slots.h"
#include "pipeline/pipeline.h"

namespace mlops::pipeline {

/// Which devices CUDA shows a process.
inline constexpr std::string_view kDevicesVariable = "CUDA_VISIBLE_DEVICES";

/// What one attempt of a stage takes.
struct Needs {
  std::uint64_t cpu = 1;
  std::uint64_t memory = 0;  ///< bytes
  std::uint64_t gpu = 0;
};
/// `ooms`: how many attempts ran out of memory before.
Needs needs_of(const Stage& stage, std::uint32_t ooms);

/// What of a pool this run may use at the same time. One thread.
class Slots {
 public:
  /// `jobs` = 0: as many as there are processors to use. Devices are those of the pool, or of the
  /// machine, or what of them the user chose by CUDA_VISIBLE_DEVICES in `environment`.
  Slots(const Pool& pool,
        std::uint32_t jobs,
        const std::map<std::string, std::string>& environment);
  /// Error{config} when the pool has less than the stage needs: it could never start. Without a
  /// declared limit a stage that needs more processors or memory than the machine has runs alone.
  void check(const Stage& stage) const;
  /// True when an attempt after `ooms` others would have more memory than the last one had.
  bool has_more_memory(const Stage& stage, std::uint32_t ooms) const;
  bool try_take(const Needs& needs);
  /// Whether nothing can be taken, however little.
  bool is_full() const { return running_ >= jobs_; }
  void give_back(const Needs& needs);
  std::uint32_t jobs() const { return jobs_; }
  const MachineLimits& limits() const { return limits_; }

 private:
  std::string whose_devices() const;

  const Pool& pool_;
  std::uint32_t jobs_ = 1;
  bool is_chosen_ = false;  ///< the user named fewer devices than the pool has
  MachineLimits limits_;
  Needs used_{0, 0, 0};
  std::uint32_t running_ = 0;
};

}  // namespace mlops::pipeline
