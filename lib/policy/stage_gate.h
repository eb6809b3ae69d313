#pragma once

#include <string>
#include <vector>

#include "policy/verdict.h"

namespace mlops::policy {

/// What one check said of the outs of a stage.
struct GateVerdict {
  std::string check;
  Verdict verdict = Verdict::skipped;
  std::string summary;  ///< for people, values masked: "range [age]: 2 of 3 values; row 3 '###'"
};

/// A stage that made its outs, or took them from the cache.
struct GateQuestion {
  std::vector<std::string> checks;
  std::vector<std::string> outs;  ///< paths from the top of the work tree
};

/// Judges what stages make by the checks that they name. lib/pipeline asks, lib/check answers, and
/// neither knows the other. One thread.
class StageGate {
 public:
  virtual ~StageGate() = default;
  /// Before anything runs: Error{config} for a check that there is not, or that cannot be judged;
  /// `where` begins the message.
  virtual void require(const std::string& check, const std::string& where) = 0;
  /// Another text whenever `judge` goes by other rules; of them, not of what else a check reads.
  virtual std::string rules() = 0;
  /// One verdict a check, in their order. What a policy names and is not there is insufficient; an
  /// Error is the machine's, or an interrupt.
  virtual std::vector<GateVerdict> judge(const GateQuestion& question) = 0;
};

}  // namespace mlops::policy
