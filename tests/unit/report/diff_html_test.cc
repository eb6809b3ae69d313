#include <catch2/catch.hpp>

#include "report/diff_report.h"
#include "report/html_page.h"
#include "unit/report/example_report.h"
#include "unit/report/golden.h"

namespace mlops::report::test {
namespace {

policy::Verdict verdict_named(std::string_view word) {
  using enum policy::Verdict;
  for (const policy::Verdict verdict : {pass, warn, fail, insufficient}) {
    if (policy::to_string(verdict) == word) {
      return verdict;
    }
  }
  return skipped;
}

}  // namespace

TEST_CASE("the page keeps its form") {
  check_golden("diff.html", diff_as_html(example_report()));
}

TEST_CASE("texts of users never become markup") {
  diff::Report report = example_report();
  const std::string evil = "</script><script>alert('x')</script><b a=\"";
  diff::PredictionReport& set = report.predictions[0];
  report.old_name = set.old_name = set.set.name = set.set.path = evil;
  set.rules[0].name = set.rules[0].slice = set.rules[2].reason = set.rules[0].detail = evil;
  set.worst[0] = {evil, evil, evil, evil, 0.5, 0.5, 1, true};
  set.transitions[0].old_label = evil;
  set.findings = {evil};
  set.slices.push_back({evil, evil, 40, {}, set.metrics, true});
  report.rules = {set.rules[0], set.rules[3]};
  report.rules[1].reason = report.rules[1].metric = evil;
  const std::string page = diff_as_html(report);
  CHECK(page.find("alert('x')") == std::string::npos);
  CHECK(page.find("<b a=") == std::string::npos);
}

TEST_CASE("every verdict stands on the page, of sets and outside") {
  diff::Report in_set = example_report();
  in_set.predictions[0].rules = rules_of_every_verdict();
  diff::Report outside = example_report();
  outside.predictions[0].rules.clear();
  outside.rules = rules_of_every_verdict();
  for (const diff::Report& report : {in_set, outside}) {
    const std::string page = diff_as_html(report);
    for (const char* word : {"pass", "warn", "fail", "insufficient"}) {
      INFO(word);
      const std::size_t slice = page.find(std::string(">[is-") + word + "]");
      REQUIRE(slice != std::string::npos);
      const std::size_t row = page.rfind("<tr>", slice);
      CHECK(page.substr(row, slice - row).find(pill(verdict_named(word))) != std::string::npos);
    }
    CHECK(page.find("Skipped, because: r2 [is-skipped]") != std::string::npos);
    CHECK(page.find("1 could not be judged") != std::string::npos);
  }
}

TEST_CASE("a rate of the pair shows its interval without a sign") {
  diff::Report report = example_report();
  diff::Metric& metric = report.predictions[0].metrics[0];
  metric.old_value.reset();
  metric.change.reset();
  const std::string page = diff_as_html(report);
  CHECK(page.find(">0.0059..0.0710<") != std::string::npos);
}

TEST_CASE("nothing is loaded from elsewhere") {
  const std::string page = diff_as_html(example_report());
  CHECK(page.find("http://") == std::string::npos);
  CHECK(page.find("https://") == std::string::npos);
  CHECK(page.find("default-src 'none'") != std::string::npos);
}

TEST_CASE("the page stays small whatever it is given") {
  diff::Report report = example_report();
  diff::PredictionReport& set = report.predictions[0];
  const std::string huge(100'000, 'x');
  set.worst.assign(20, {huge, huge, huge, huge, 0.5, 0.5, 1, true});
  for (int i = 0; i < 1000; ++i) {
    set.rules.push_back(set.rules[0]);
    set.rules.back().slice = huge;
    set.slices.push_back({"c" + std::to_string(i % 10), huge, 40, {}, set.metrics, true});
  }
  CHECK(diff_as_html(report).size() < 2'000'000);
}

TEST_CASE("colour never speaks alone") {
  const std::string page = diff_as_html(example_report());
  CHECK(page.find("right &rarr; wrong</td>") != std::string::npos);
  CHECK(page.find(R"(<td class="num good" data-l="change">+0.0387<span class="sub">better<)") !=
        std::string::npos);
}

TEST_CASE("many labels are listed by how often they changed, few are a matrix") {
  diff::Report report = example_report();
  std::vector<diff::Transition>& transitions = report.predictions[0].transitions;
  CHECK(diff_as_html(report).find(R"(class="matrix">)") != std::string::npos);
  for (std::uint64_t i = 0; i < 20; ++i) {
    transitions.push_back({"label " + std::to_string(i), "other", i});
    transitions.push_back({"label " + std::to_string(i), "label " + std::to_string(i), 1000});
  }
  const std::string page = diff_as_html(report);
  CHECK(page.find(R"(class="matrix">)") == std::string::npos);
  CHECK(page.find("the 12 most frequent of 22 changes") != std::string::npos);
  const std::size_t first = page.find("label 19 &rarr; other");
  CHECK(first < page.find("label 18 &rarr; other"));
  CHECK(page.find("label 0 &rarr; other") == std::string::npos);
}

TEST_CASE("labels that differ are the first thing said") {
  diff::Report report = example_report();
  diff::PredictionReport& set = report.predictions[0];
  set.incomparable = diff::Incomparable::labels;
  set.rules.resize(1);
  set.rules[0].origin = diff::RuleOrigin::built_in;
  set.rules[0].verdict = set.rules[0].effect = policy::Verdict::insufficient;
  CHECK(diff_as_html(report).find("the labels are not the same, so nothing was compared: "
                                  "1 safeguard could not be judged.") != std::string::npos);
}

TEST_CASE("escaping covers text and attributes") {
  CHECK(escape_html("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(escape_html(std::string(500, 'y')).size() <= 200);
}

}  // namespace mlops::report::test
