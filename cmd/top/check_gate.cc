#include "top/check_gate.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/version.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "report/check_rules.h"
#include "top/check_judge.h"

namespace mlops::top {

const Policy& CheckGate::policy() {
  if (!policy_) {
    policy_ = read_policy(tree_.top() / kPolicyFile, std::string(kPolicyFile));
  }
  return *policy_;
}

const policy::Check* CheckGate::find(const std::string& check) {
  const auto& checks = policy().safeguards.checks;
  const auto found = std::find_if(
      checks.begin(), checks.end(), [&](const policy::Check& one) { return one.name == check; });
  return found == checks.end() ? nullptr : &*found;
}

void CheckGate::require(const std::string& check, const std::string& where) {
  if (const policy::Check* found = find(check)) {
    check::refuse_unbuilt(*found);
    return;
  }
  std::vector<std::string> names;
  for (const policy::Check& one : policy().safeguards.checks) {
    names.push_back(one.name);
  }
  std::string hint = did_you_mean(check, names);
  if (hint.empty()) {
    hint = names.empty()
               ? fmt::format("write [check.{}] into safeguards.toml: man mlops-safeguards", check)
               : "there are: " + join(names, ", ");
  }
  throw Error(ErrorKind::config,
              policy().file.empty()
                  ? fmt::format("{}: there is no safeguards.toml with [check.{}]", where, check)
                  : fmt::format("{}: {} has no check {}", where, policy().file, quote(check)),
              std::move(hint));
}

/// Another build may judge otherwise.
std::string CheckGate::rules() {
  return fmt::format("{} {}", app::kVersion, policy().sha256);
}

policy::GateVerdict CheckGate::judge_one(const policy::Check& check,
                                         const std::vector<std::string>& outs) {
  CheckPlaces places;
  places.workspace = &tree_;
  places.directory = tree_.top();
  places.made = outs;
  places.stale = CheckPlaces::Stale::is_no_question;
  try {
    const check::Report report = judge_checks(context_,
                                              {{check, std::nullopt}},
                                              policy(),
                                              std::move(places),
                                              check::CheckSettings::Pictures::leave);
    return {check.name, report.verdict, report::check_summary(report.checks.front())};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::not_found) {
      throw;
    }
    // A table that the stage did not make, or that is none: nothing was judged.
    return {check.name, policy::Verdict::insufficient, error.message()};
  }
}

std::vector<policy::GateVerdict> CheckGate::judge(const policy::GateQuestion& question) {
  std::vector<policy::GateVerdict> verdicts;
  for (const std::string& name : question.checks) {
    require(name, "checks");
    verdicts.push_back(judge_one(*find(name), question.outs));
  }
  return verdicts;
}

}  // namespace mlops::top
