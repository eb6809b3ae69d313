#include "pipeline/verdict_memory.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mlops::pipeline {

namespace {

using policy::GateVerdict;
using policy::Verdict;

constexpr std::string_view kCheck = "check ";

std::string name_of(const std::string& check) {
  return std::string(kCheck) + check;
}

/// "fail range [x]: 1 of 3 values" → fail, and the rest.
std::optional<GateVerdict> parse_verdict(const std::string& check, std::string_view text) {
  constexpr std::array kVerdicts{
      Verdict::pass, Verdict::warn, Verdict::fail, Verdict::insufficient, Verdict::skipped};
  const auto space = text.find(' ');
  const auto word = text.substr(0, space);
  const auto* const found = std::find_if(
      kVerdicts.begin(), kVerdicts.end(), [&](auto one) { return policy::to_string(one) == word; });
  if (space == std::string_view::npos || found == kVerdicts.end()) {
    return std::nullopt;
  }
  return GateVerdict{check, *found, std::string(text.substr(space + 1))};
}

}  // namespace

VerdictMemory::VerdictMemory(const RunContext& context)
    : gate_(context.options.gate), memory_(context, "last-checks") {}

KeyParts VerdictMemory::asked(const std::vector<MadeOutRecord>& outs) const {
  KeyParts parts{{"rules", gate_->rules()}};
  for (const auto& out : outs) {
    parts["out " + out.path] = out.entry.id.hex();
  }
  return parts;
}

std::optional<std::vector<GateVerdict>> VerdictMemory::find(
    const Instance& instance, const std::vector<MadeOutRecord>& outs) const {
  auto parts = gate_ == nullptr ? std::nullopt : memory_.find(instance);
  if (!parts) {
    return std::nullopt;
  }
  std::vector<GateVerdict> verdicts;
  for (const auto& check : instance.stage->checks) {
    const auto said = parts->find(name_of(check));
    const auto verdict = said == parts->end() ? std::nullopt : parse_verdict(check, said->second);
    if (!verdict) {
      return std::nullopt;
    }
    verdicts.push_back(*verdict);
  }
  // A check that the stage no longer names says nothing more.
  std::erase_if(*parts, [](const auto& part) { return part.first.starts_with(kCheck); });
  return *parts == asked(outs) ? std::optional(std::move(verdicts)) : std::nullopt;
}

void VerdictMemory::remember(const Instance& instance,
                             const std::vector<MadeOutRecord>& outs,
                             const std::vector<GateVerdict>& verdicts) const {
  auto parts = asked(outs);
  for (const auto& one : verdicts) {
    parts[name_of(one.check)] = std::string(policy::to_string(one.verdict)) + " " + one.summary;
  }
  memory_.remember(instance, parts);
}

}  // namespace mlops::pipeline
