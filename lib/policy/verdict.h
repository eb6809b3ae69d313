#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mlops::policy {

enum class Verdict { pass, warn, fail, insufficient, skipped };
std::string_view to_string(Verdict verdict);

enum class Severity { warn, fail };
std::string_view to_string(Severity severity);

/// What a rule without enough evidence means: `fail` makes the verdict insufficient (exit code 3),
/// `warn` a warning, `pass` nothing. It is shown as insufficient in every case.
enum class OnInsufficient { fail, warn, pass };

/// What the verdict on a rule adds to the verdict of the whole.
Verdict effect_of(Verdict verdict, Severity severity, OnInsufficient on_insufficient);

/// The verdict over many: fail before insufficient before warn before pass; only skipped (or
/// nothing at all): skipped, because a rule that did not run is not a pass.
Verdict combine(std::span<const Verdict> verdicts);

}  // namespace mlops::policy
