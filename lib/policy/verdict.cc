#include "policy/verdict.h"

#include <algorithm>

namespace mlops::policy {
namespace {

int rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return 4;
    case Verdict::insufficient:
      return 3;
    case Verdict::warn:
      return 2;
    case Verdict::pass:
      return 1;
    case Verdict::skipped:
      break;
  }
  return 0;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
    case Verdict::insufficient:
      return "insufficient";
    case Verdict::skipped:
      break;
  }
  return "skipped";
}

std::string_view to_string(Severity severity) {
  return severity == Severity::warn ? "warn" : "fail";
}

Verdict effect_of(Verdict verdict, Severity severity, OnInsufficient on_insufficient) {
  const bool strict = severity == Severity::fail;
  if (verdict == Verdict::insufficient) {
    switch (on_insufficient) {
      case OnInsufficient::fail:
        return strict ? Verdict::insufficient : Verdict::warn;
      case OnInsufficient::warn:
        return Verdict::warn;
      case OnInsufficient::pass:
        break;
    }
    return Verdict::pass;
  }
  return verdict == Verdict::fail && !strict ? Verdict::warn : verdict;
}

Verdict combine(std::span<const Verdict> verdicts) {
  Verdict worst = Verdict::skipped;
  for (const Verdict verdict : verdicts) {
    if (rank(verdict) > rank(worst)) {
      worst = verdict;
    }
  }
  return worst;
}

}  // namespace mlops::policy
