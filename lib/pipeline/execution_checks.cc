#include "pipeline/execution.h"
#include "pipeline/judgement.h"

namespace mlops::pipeline {

/// What checks say is no part of the key: a result that breaks a rule is made, kept and cached, and
/// judged anew by each run that has it. Nothing is built on it.
bool Execution::passes_checks(std::size_t index) {
  if (instance_at(index).stage->checks.empty()) {
    return true;
  }
  judge(index);
  auto& result = works_[index].result;
  const auto objection = objection_of(result.checks);
  if (!objection) {
    return true;
  }
  result.hint = objection_hint(result.checks);
  end_failed(index, objection->failure, objection->reason);
  return false;
}

void Execution::judge(std::size_t index) {
  const auto& instance = instance_at(index);
  policy::GateQuestion question;
  question.checks = instance.stage->checks;
  for (const auto& out : instance.outs) {
    question.outs.push_back(out.path);
  }
  auto& work = works_[index];
  work.result.checks = context_.options.gate->judge(question);
  if (context_.is_selected[index]) {
    verdicts_.remember(instance, work.made, work.result.checks);
  }
}

/// What was not chosen is taken as it is, and what is built on it waits for its checks.
void Execution::judge_given(std::size_t index) {
  if (!stops(index) && passes_checks(index)) {
    end(index, InstanceState::judged, std::string(kTakenAsIs));
  }
}

const std::vector<std::size_t>& Execution::gates_before(std::size_t index) const {
  static const std::vector<std::size_t> kNone;
  const auto found = gates_.above.find(index);
  return found == gates_.above.end() ? kNone : found->second;
}

}  // namespace mlops::pipeline
