#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "pipeline/run.h"
#include "policy/stage_gate.h"

namespace mlops::pipeline {

/// What keeps a run from building on outs that checks judged.
struct Objection {
  FailureClass failure = FailureClass::checks;  ///< or evidence
  std::string reason;
};
/// A broken rule before missing evidence; nothing when all pass.
std::optional<Objection> objection_of(const std::vector<policy::GateVerdict>& verdicts);
/// What shows all of it.
std::string objection_hint(const std::vector<policy::GateVerdict>& verdicts);

/// As records have it (mlops-run-record(5)).
nlohmann::json describe_checks(const std::vector<policy::GateVerdict>& verdicts);

}  // namespace mlops::pipeline
