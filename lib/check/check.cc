#include "check/check.h"

#include <fmt/format.h>

#include "base/error.h"
#include "check/session.h"

namespace mlops::check {

using policy::CheckKind;

void refuse_unbuilt(const policy::Check& check) {
  for (const policy::CheckRule& rule : check.rules) {
    const std::string at = config::to_string(rule.position);
    const auto refuse = [&](const std::string& what, const std::string& hint) {
      throw Error(ErrorKind::config, fmt::format("{}: {}", at, what), hint);
    };
    switch (rule.kind) {
      case CheckKind::target_leakage:
      case CheckKind::representation:
        if (!check.label && (rule.kind == CheckKind::target_leakage || rule.max)) {
          refuse(fmt::format("kind = \"{}\" is about a label, and the check names none",
                             to_string(rule.kind)),
                 "write label = \"y\" in the check");
        }
        break;
      case CheckKind::imbalance:
      case CheckKind::new_labels:
        if (rule.columns.empty() && !check.label) {
          refuse(fmt::format("kind = \"{}\" is about a label, and the check names none",
                             to_string(rule.kind)),
                 "write label = \"y\" in the check, or columns = [\"y\"] in the rule");
        }
        break;
      default:
        break;
    }
    const bool needs_baseline = rule.kind == CheckKind::drift ||
                                rule.kind == CheckKind::new_labels ||
                                rule.kind == CheckKind::correlation;
    if (needs_baseline && !check.baseline) {
      refuse(fmt::format("kind = \"{}\" compares with a baseline, and the check names none",
                         to_string(rule.kind)),
             "write baseline = \"REV:path\" in the check");
    }
  }
}

CheckReport judge(table::Engine& engine,
                  const CheckInput& input,
                  const CheckSettings& settings,
                  const CancelToken& cancel) {
  refuse_unbuilt(input.check);
  Session session(engine, input, settings);
  return session.run(engine, cancel);
}

void conclude(Report& report) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(report.checks.size());
  for (const CheckReport& check : report.checks) {
    verdicts.push_back(check.verdict);
  }
  report.verdict = policy::combine(verdicts);
}

}  // namespace mlops::check
