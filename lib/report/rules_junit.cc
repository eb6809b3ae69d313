#include <fmt/format.h>

#include "report/html_page.h"
#include "report/rule_text.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

/// HTML's escapes are XML's, and control characters, which XML cannot hold, are spelled.
std::string escape_xml(std::string_view text) {
  constexpr std::size_t kLongest = 4096;
  return escape_html(text, kLongest);
}

enum class Outcome { passed, warned, failed, skipped };

Outcome junit_outcome(const policy::RuleResult& rule) {
  if (rule.effect == Verdict::fail) {
    return Outcome::failed;
  }
  if (rule.verdict == Verdict::insufficient || rule.verdict == Verdict::skipped) {
    // On its own account a lack of evidence ends a diff with 3: no CI may show that as green.
    return rule.effect == Verdict::insufficient ? Outcome::failed : Outcome::skipped;
  }
  return rule.verdict == Verdict::pass ? Outcome::passed : Outcome::warned;
}

std::string case_of(const policy::RuleResult& rule, const std::string& class_name, Values values) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                                 escape_xml(class_name),
                                 escape_xml(rule_title(rule) + " " + rule.limit));
  const std::string said = escape_xml(rule_sentence(rule, values));
  const std::string body = rule.position.empty() ? said : said + "\n" + escape_xml(rule.position);
  switch (junit_outcome(rule)) {
    case Outcome::passed:
      return text + "/>\n";
    case Outcome::warned:
      text += fmt::format(">\n      <system-out>warning: {}</system-out>\n", body);
      break;
    case Outcome::failed:
      text += fmt::format(">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                          policy::to_string(rule.verdict),
                          said,
                          body);
      break;
    case Outcome::skipped:
      text += fmt::format(">\n      <skipped message=\"{}\"/>\n", said);
      break;
  }
  return text + "    </testcase>\n";
}

struct Suite {
  std::string name;
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;

  /// `prefix` is "mlops.diff."
  void add(const policy::RuleResult& rule, const std::string& prefix, Values values) {
    const Outcome outcome = junit_outcome(rule);
    ++tests;
    failures += outcome == Outcome::failed ? 1U : 0U;
    skipped += outcome == Outcome::skipped ? 1U : 0U;
    // GitLab shows the class as the suite: the slice belongs there.
    cases += case_of(rule, prefix + name + (rule.slice.empty() ? "" : "." + rule.slice), values);
  }
};

std::string junit_tally(std::size_t tests, std::size_t failures, std::size_t skipped) {
  return fmt::format(
      "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", tests, failures, skipped);
}

}  // namespace

std::string rules_as_junit(const RuleList& list, Values values) {
  const std::string prefix = "mlops." + list.command + ".";
  std::vector<Suite> suites;
  for (const auto& [rule, set] : list.rules) {
    const std::string name = set.empty() ? "no-set" : set;
    if (suites.empty() || suites.back().name != name) {
      suites.push_back({name, {}});
    }
    suites.back().add(rule, prefix, values);
  }
  std::string body;
  Suite all;
  for (const Suite& suite : suites) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.skipped += suite.skipped;
    body += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n",
                        escape_xml(prefix + suite.name),
                        junit_tally(suite.tests, suite.failures, suite.skipped),
                        suite.cases);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" {}>\n{}</testsuites>\n",
      escape_xml(list.title),
      junit_tally(all.tests, all.failures, all.skipped),
      body);
}

}  // namespace mlops::report
