#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/diff_report.h"
#include "unit/report/example_report.h"

namespace mlops::report::test {
namespace {

pipeline::VersionChange example_change() {
  pipeline::VersionChange change;
  change.code.emplace();
  change.code->commits.push_back(
      {"0123456789abcdef0123", "Use | ten\x1b[1m features", "Ada <a@b>", 5, {}});
  change.code->files.push_back({workspace::ChangeKind::added, "a<b>.py"});
  change.params.emplace();
  change.params->push_back({"", "train.lr", "0.1", "0.25", 0.15});
  change.params->push_back({"", "kind", "\"a\"", "", std::nullopt});
  change.data.emplace();
  workspace::DataSetChange set;
  set.path = "data/images";
  set.old_path = "images";
  set.change = workspace::ChangeKind::renamed;
  set.is_directory = true;
  set.before = set.after = {3, 2048};
  change.data->data_sets.push_back(set);
  change.metrics.emplace();
  change.problems.emplace_back("metrics: <broken>");
  return change;
}

diff::Report nothing_judged() {
  diff::Report report;
  report.old_name = "one";
  report.new_name = "two";
  report.verdict = policy::Verdict::skipped;
  return report;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what changed, for a terminal") {
  CHECK(diff_as_text(nothing_judged(), {}, example_change()) ==
        "code     1 commit, 1 file\n"
        "  0123456789ab  Use | ten\\x1b[1m features\n"
        "  A  a<b>.py\n"
        "params   2 differ\n"
        "  name      old  new   change\n"
        "  train.lr  0.1  0.25  +0.15\n"
        "  kind      a          gone\n"
        "data     1 data set or out\n"
        "        path                     files               size before  size after\n"
        "  R100  images/ => data/images/  +0 -0 ~0 3 renamed  2.0 KiB      2.0 KiB\n"
        "metrics  no difference\n"
        "note: metrics: <broken>\n");
  CHECK(change_as_text({}, {}).empty());
}

TEST_CASE("no line of what changed is wider than the terminal") {
  pipeline::VersionChange change = example_change();
  change.code->commits[0].subject = std::string(300, 'x');
  change.params->push_back({"", std::string(300, 'n'), "1", std::string(300, '2'), std::nullopt});
  change.problems.emplace_back(200, 'p');
  for (const std::size_t width : {40U, 80U, 200U}) {
    const std::string text = change_as_text(change, {width, TextStyle::Color::no});
    for (const auto line : split(text, '\n')) {
      CHECK(display_width(line) <= width);
    }
  }
}

TEST_CASE("a part of which much changed says how much is left out") {
  pipeline::VersionChange change = example_change();
  for (int i = 0; i < 1000; ++i) {
    change.params->push_back({"", fmt::format("p{}", i), "1", "2", 1});
  }
  CHECK(holds(change_as_text(change, {}), "\n  and 990 more: --format json has all\n"));
  const std::string page = diff_as_html(nothing_judged(), change);
  CHECK(holds(page, "802 more are in the JSON"));
  CHECK(page.size() < 200'000);
  const std::string comment = diff_as_markdown(nothing_judged(), Values::hidden, change);
  CHECK(holds(comment, "Cut, because a comment has a limit: 952 rows"));
  const auto json = nlohmann::json::parse(diff_as_json(nothing_judged(), change));
  CHECK(json["params"].size() == 1002);
}

TEST_CASE("what changed is escaped in pages and comments") {
  const std::string page = diff_as_html(nothing_judged(), example_change());
  CHECK(holds(page, "a&lt;b&gt;.py"));
  CHECK(holds(page, "metrics: &lt;broken&gt;"));
  CHECK_FALSE(holds(page, "banner skipped"));
  const std::string comment = diff_as_markdown(nothing_judged(), Values::hidden, example_change());
  CHECK(holds(comment, "Use &#124; ten"));
  CHECK_FALSE(holds(comment, "<b>"));
  CHECK(holds(comment, "\nmetrics: no difference\n"));
}

TEST_CASE("what changed stands before what was judged") {
  const diff::Report report = example_report();
  const std::string text = diff_as_text(report, {}, example_change());
  CHECK(text.find("metrics  no difference") < text.find("FAIL"));
  CHECK(text == change_as_text(example_change(), {}) + "\n" + diff_as_text(report, {}));
}

}  // namespace mlops::report::test
