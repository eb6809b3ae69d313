#include <cmath>
#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "policy/safeguards.h"

/// Any bytes as safeguards.toml: rules that can be judged, or Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  fuzz::expect_only({ErrorKind::config}, [&] {
    const auto safeguards = policy::parse_safeguards(fuzz::as_text(data, size), "safeguards.toml");
    fuzz::require(safeguards.diff.alpha > 0 && safeguards.diff.alpha < 1);
    for (const policy::DiffRule& rule : safeguards.rules) {
      fuzz::require(!rule.name.empty() && !policy::describe(rule.limit).empty());
      const bool is_gap = rule.parsed.kind == policy::MetricKind::gap;
      fuzz::require(rule.sensitive_feature.has_value() == is_gap);
      const auto again = policy::parse_metric_name(rule.metric);
      fuzz::require(again && again->kind == rule.parsed.kind && again->base == rule.parsed.base);
    }
  });
  return 0;
}
