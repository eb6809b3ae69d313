#include "pipeline/judgement.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace mlops::pipeline {

using policy::GateVerdict;
using policy::Verdict;

std::optional<Objection> objection_of(const std::vector<GateVerdict>& verdicts) {
  const auto find = [&](Verdict verdict) {
    return std::find_if(
        verdicts.begin(), verdicts.end(), [&](const auto& one) { return one.verdict == verdict; });
  };
  if (const auto broken = find(Verdict::fail); broken != verdicts.end()) {
    return Objection{
        FailureClass::checks,
        fmt::format("its outs break check {}: {}", quote(broken->check), broken->summary)};
  }
  if (const auto open = find(Verdict::insufficient); open != verdicts.end()) {
    return Objection{FailureClass::evidence,
                     fmt::format("check {} lacks evidence: {}", quote(open->check), open->summary)};
  }
  return std::nullopt;
}

std::string objection_hint(const std::vector<GateVerdict>& verdicts) {
  std::vector<std::string> names;
  names.reserve(verdicts.size());
  for (const auto& one : verdicts) {
    names.push_back(one.check);
  }
  return fmt::format("mlops check {}   (shows all; the outs are kept)", shell_join(names));
}

nlohmann::json describe_checks(const std::vector<GateVerdict>& verdicts) {
  auto checks = nlohmann::json::array();
  for (const auto& one : verdicts) {
    checks.push_back({{"check", one.check},
                      {"verdict", policy::to_string(one.verdict)},
                      {"summary", one.summary}});
  }
  return checks;
}

}  // namespace mlops::pipeline
