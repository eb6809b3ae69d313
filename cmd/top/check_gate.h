#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "policy/stage_gate.h"
#include "top/policy_file.h"
#include "workspace/workspace.h"

namespace mlops::top {

/// Judges outs by the [check.NAME] of the work tree's safeguards.toml, which is read when a stage
/// first names one.
class CheckGate final : public policy::StageGate {
 public:
  /// `tree`: where the stages run, which is another one for an experiment.
  CheckGate(app::Context& context, workspace::Workspace& tree) : context_(context), tree_(tree) {}
  void require(const std::string& check, const std::string& where) override;
  std::string rules() override;
  std::vector<policy::GateVerdict> judge(const policy::GateQuestion& question) override;

 private:
  const Policy& policy();
  const policy::Check* find(const std::string& check);
  policy::GateVerdict judge_one(const policy::Check& check, const std::vector<std::string>& outs);

  app::Context& context_;
  workspace::Workspace& tree_;
  std::optional<Policy> policy_;
};

}  // namespace mlops::top
