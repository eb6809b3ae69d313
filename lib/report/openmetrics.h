#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/verdict.h"

namespace mlops::report {

/// One metric family of OpenMetrics text: its head and its samples, in the order given.
class Family {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;
  Family(std::string name, std::string_view type, std::string_view help);
  /// Nothing for a figure that is undefined.
  void add(const Labels& labels, const std::optional<double>& value);
  /// A state set: 1 for the one that holds.
  void add_state(Labels labels, policy::Verdict verdict);
  /// Empty where there is no sample.
  std::string text() const { return has_samples_ ? text_ : std::string(); }

 private:
  std::string name_;
  std::string text_;
  bool has_samples_ = false;
};

}  // namespace mlops::report
