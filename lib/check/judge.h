#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/result.h"
#include "policy/check_policy.h"

namespace mlops::check {

/// Judges by one rule, or by several on one column, what it saw while the tables were read.
class Judge {
 public:
  virtual ~Judge() = default;
  /// After all scans, once. Appends in the order in which reports show them.
  virtual void conclude(std::vector<Outcome>& outcomes) = 0;
  /// What is to be known beside the rules; after `conclude`.
  virtual std::vector<std::string> notes() const { return {}; }
  /// How many sorts share the memory with others.
  virtual std::size_t sorts() const { return 1; }
};

/// Rows that break a rule are shown up to this number, the first of the table.
inline constexpr std::size_t kExamples = 5;

/// What results have in common: `metric` names the rule, `column` may be empty.
RuleResult result_of(std::string metric,
                     std::string column,
                     std::string limit,
                     const config::Position& position);

/// A number of rows or values of which none may break the rule: "3 of 1,000". Of none at all it is
/// insufficient.
void judge_count(RuleResult& rule, std::uint64_t broken, std::uint64_t of, std::string_view what);
/// A share: "0.0123", 12 of 975. Of none at all it is insufficient.
void judge_share(
    RuleResult& rule, std::uint64_t part, std::uint64_t of, double max, std::string_view what);
/// "<= 0.2".
std::string at_most(double max);
void set_insufficient(RuleResult& rule, std::string reason);

}  // namespace mlops::check
