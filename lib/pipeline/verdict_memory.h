#pragma once

#include <optional>
#include <vector>

#include "pipeline/cache_entry.h"
#include "pipeline/instance_memory.h"
#include "policy/stage_gate.h"

namespace mlops::pipeline {

/// What checks last said of the outs of each instance, for looks, which judge nothing. It holds for
/// the same outs and the same rules; what else a check reads, as a baseline, it does not see.
class VerdictMemory {
 public:
  explicit VerdictMemory(const RunContext& context);

  /// One verdict a check, in the order of the stage. Nothing when that was never asked.
  std::optional<std::vector<policy::GateVerdict>> find(
      const Instance& instance, const std::vector<MadeOutRecord>& outs) const;
  void remember(const Instance& instance,
                const std::vector<MadeOutRecord>& outs,
                const std::vector<policy::GateVerdict>& verdicts) const;

 private:
  KeyParts asked(const std::vector<MadeOutRecord>& outs) const;

  policy::StageGate* gate_;
  InstanceMemory memory_;
};

}  // namespace mlops::pipeline
