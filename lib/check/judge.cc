#include "check/judge.h"

#include <fmt/format.h>

#include "base/units.h"

namespace mlops::check {

RuleResult result_of(std::string metric,
                     std::string column,
                     std::string limit,
                     const config::Position& position) {
  RuleResult rule;
  rule.name = column.empty() ? metric : metric + " " + column;
  rule.metric = std::move(metric);
  rule.slice = std::move(column);
  rule.limit = std::move(limit);
  rule.position = fmt::format("{}:{}", position.file, position.line);
  rule.figure.better = policy::Better::lower;
  return rule;
}

void judge_count(RuleResult& rule, std::uint64_t broken, std::uint64_t of, std::string_view what) {
  rule.unit = policy::Unit::count;
  rule.figure.n = of;
  if (of == 0) {
    set_insufficient(rule, fmt::format("there is no {}", what));
    return;
  }
  rule.figure.new_value = static_cast<double>(broken);
  rule.verdict = broken == 0 ? Verdict::pass : Verdict::fail;
  rule.detail = fmt::format("{} of {}", format_count(broken), plural(of, what));
}

void judge_share(
    RuleResult& rule, std::uint64_t part, std::uint64_t of, double max, std::string_view what) {
  rule.figure.n = of;
  if (of == 0) {
    set_insufficient(rule, fmt::format("there is no {}", what));
    return;
  }
  rule.figure.new_value = static_cast<double>(part) / static_cast<double>(of);
  rule.detail = fmt::format("{} of {}", format_count(part), plural(of, what));
  policy::Limit limit;
  limit.max = max;
  rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
}

std::string at_most(double max) {
  return fmt::format("<= {:g}", max);
}

void set_insufficient(RuleResult& rule, std::string reason) {
  rule.verdict = Verdict::insufficient;
  rule.reason = std::move(reason);
}

}  // namespace mlops::check
