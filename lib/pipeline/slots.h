#pragma once

#include <cstdint>

#include "pipeline/pipeline.h"

namespace mlops::pipeline {

/// What of the machine this run may use at the same time. One thread.
class Slots {
 public:
  /// `jobs` = 0: as many as there are processors to use.
  Slots(const Pool& pool, std::uint32_t jobs);
  /// Error{config} when the pool declares less than the stage needs: it could never start. Without
  /// a declared limit a stage that needs more than the machine has runs alone.
  void check(const Stage& stage) const;
  bool try_take(const Stage& stage);
  void give_back(const Stage& stage);
  std::uint32_t jobs() const { return jobs_; }

 private:
  std::uint64_t cpu_of(const Stage& stage) const;

  const Pool& pool_;
  std::uint32_t jobs_ = 1;
  std::uint64_t cpu_ = 1;
  std::uint64_t used_cpu_ = 0;
  std::uint64_t used_memory_ = 0;
  std::uint32_t running_ = 0;
};

}  // namespace mlops::pipeline
