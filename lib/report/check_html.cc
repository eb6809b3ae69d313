#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/check_report.h"
#include "report/check_rules.h"
#include "report/html_columns.h"
#include "report/html_page.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::size_t kMostRules = 400;
constexpr std::size_t kMostListed = 400;
/// Pictures stop here, so that the page stays below 2 MB whatever the table.
constexpr std::size_t kMostBytes = 1'700'000;
constexpr std::size_t kOpen = 60;  ///< pictures that are seen at once

std::string rule_row(const check::Outcome& outcome, Values values) {
  const std::string why = outcome_reason(outcome, values);
  return fmt::format(
      "<tr><td class=\"corner\">{}</td><th scope=\"row\">{}{}</th>"
      "<td class=\"num\" data-l=\"value\">{}</td><td class=\"num\" "
      "data-l=\"allowed\">{}</td></tr>\n",
      pill(shown_verdict(outcome.rule)),
      escape_html(rule_title(outcome.rule)),
      why.empty() ? "" : R"(<span class="sub">)" + typeset_html(why, 400) + "</span>",
      escape_html(new_value_text(outcome.rule)),
      typeset_html(outcome.rule.limit, 60));
}

bool is_quiet(const check::Outcome& outcome) {
  return outcome.rule.verdict == Verdict::pass || outcome.rule.verdict == Verdict::skipped;
}

/// What a reader acts on as a table; what passes behind a line.
std::string rules_section(const check::CheckReport& check, Values values) {
  std::vector<const check::Outcome*> told;
  std::vector<std::string> passed;
  for (const check::Outcome& outcome : check.outcomes) {
    if (!is_quiet(outcome)) {
      told.push_back(&outcome);
    } else if (outcome.rule.verdict == Verdict::pass) {
      passed.push_back(rule_title(outcome.rule));
    }
  }
  std::stable_sort(told.begin(), told.end(), [](const auto* a, const auto* b) {
    return severity_rank(shown_verdict(a->rule)) < severity_rank(shown_verdict(b->rule));
  });
  std::string html;
  if (!told.empty()) {
    html +=
        "<h3>What does not pass</h3><div class=\"card scroll\"><table class=\"stack\"><thead><tr>"
        "<th>verdict</th><th>rule</th><th class=\"num\">value</th><th class=\"num\">allowed</th>"
        "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < std::min(kMostRules, told.size()); ++i) {
      html += rule_row(*told[i], values);
    }
    html += "</tbody></table></div>";
    if (told.size() > kMostRules) {
      html += fmt::format(R"(<p class="meta">and {} more: mlops check --json lists all</p>)",
                          told.size() - kMostRules);
    }
  }
  if (!passed.empty()) {
    const std::size_t all = passed.size();
    passed.resize(std::min(kMostListed, all));
    html += fmt::format(
        R"(<details><summary>{} {}</summary><p class="meta">{}{}</p></details>)",
        plural(all, "rule"),
        all == 1 ? "passes" : "pass",
        escape_html(join(passed, ", "), 20'000),
        all > kMostListed ? fmt::format(" and {} more", all - kMostListed) : std::string());
  }
  return html;
}

std::string facts_line(const check::CheckReport& check) {
  std::vector<std::string> parts{
      fmt::format("{}: {}, {}{}",
                  escape_html(check.table.name),
                  plural(check.table.rows, "row"),
                  plural(check.table.columns, "column"),
                  check.table.files > 1 ? ", " + plural(check.table.files, "file") : "")};
  if (check.baseline) {
    parts.push_back(fmt::format(
        "baseline {}: {}", escape_html(check.baseline->name), plural(check.baseline->rows, "row")));
  }
  for (const check::TableFacts& table : check.against) {
    parts.push_back(
        fmt::format("against {}: {}", escape_html(table.name), plural(table.rows, "row")));
  }
  return R"(<p class="meta">)" + join(parts, " &middot; ") + "</p>";
}

std::string columns_section(const check::CheckReport& check, std::size_t room) {
  const std::vector<const check::ColumnPicture*> worst = worst_first(check);
  if (worst.empty()) {
    return {};
  }
  std::string html = "<h3>Columns, the worst first</h3>";
  if (check.baseline) {
    html +=
        R"(<div class="legend"><span><i class="o"></i>baseline</span><span><i class="n"></i>table</span></div>)";
  }
  html += R"(<div class="columns">)";
  std::size_t drawn = 0;
  for (; drawn < worst.size() && html.size() < room; ++drawn) {
    if (drawn == kOpen) {
      html += fmt::format(R"(</div><details><summary>{} more</summary><div class="columns">)",
                          plural(worst.size() - kOpen, "column"));
    }
    html += column_figure(check, *worst[drawn]);
  }
  html += drawn > kOpen ? "</div></details>" : "</div>";
  if (drawn < worst.size()) {
    html += fmt::format(
        R"(<p class="meta">{} not drawn, as a page has a limit</p>)",
        plural(worst.size() - drawn, "column") + (worst.size() - drawn == 1 ? " is" : " are"));
  }
  return html;
}

std::string check_section(const check::CheckReport& check, Values values, std::size_t room) {
  std::string html =
      fmt::format("<section class=\"set\"><div class=\"sethead\"><h2>{}</h2>{}</div>{}",
                  escape_html(check.name),
                  pill(check.verdict),
                  facts_line(check));
  html += rules_section(check, values);
  if (!check.notes.empty()) {
    constexpr std::size_t kMostNotes = 50;
    html += "<ul class=\"notes\">";
    for (std::size_t i = 0; i < std::min(kMostNotes, check.notes.size()); ++i) {
      html += "<li>" + escape_html(check.notes[i], 400) + "</li>";
    }
    html += "</ul>";
  }
  return html + columns_section(check, room > html.size() ? room - html.size() : 0) +
         "</section>\n";
}

std::string banner(const check::Report& report) {
  constexpr std::size_t kTold = 8;
  std::string list;
  std::size_t broken = 0;
  for (const check::CheckReport& check : report.checks) {
    for (const check::Outcome& outcome : check.outcomes) {
      if (shown_verdict(outcome.rule) == Verdict::fail && ++broken <= kTold) {
        list += fmt::format(
            "<li>{}: {}</li>", escape_html(check.name), escape_html(rule_title(outcome.rule)));
      }
    }
  }
  if (broken > kTold) {
    list += fmt::format("<li>and {} more</li>", broken - kTold);
  }
  const std::string said =
      broken > 0 ? plural(broken, "rule") + (broken == 1 ? " is broken" : " are broken")
                 : "no rule is broken";
  return fmt::format(R"(<div class="banner {0}"><b>{0}</b><div><p>{1}: {2}.</p>{3}</div></div>)",
                     policy::to_string(report.verdict),
                     plural(report.checks.size(), "check"),
                     said,
                     list.empty() ? list : "<ul>" + list + "</ul>");
}

}  // namespace

std::string check_as_html(const check::Report& report, Values values) {
  std::string page = fmt::format(
      R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';img-src data:;style-src 'unsafe-inline'">
<title>mlops check: {0}</title><link rel="icon" href="data:,"><style>{1}{2}</style></head><body><main>
<p class="over">mlops check</p><h1>{3}</h1>
{4}<p class="meta">policy {5}</p>
)",
      policy::to_string(report.verdict),
      page_style(),
      columns_style(),
      report.checks.size() == 1 ? escape_html(report.checks.front().table.name) : "Data report",
      banner(report),
      escape_html(report.policy_file));
  std::vector<const check::CheckReport*> checks;
  for (const check::CheckReport& check : report.checks) {
    checks.push_back(&check);
  }
  std::stable_sort(checks.begin(), checks.end(), [](const auto* a, const auto* b) {
    return severity_rank(a->verdict) < severity_rank(b->verdict);
  });
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const std::size_t left = kMostBytes > page.size() ? kMostBytes - page.size() : 0;
    page += check_section(*checks[i], values, left / (checks.size() - i));
  }
  return page + fmt::format("<footer>policy sha256 {}</footer></main></body></html>\n",
                            escape_html(report.policy_sha256));
}

}  // namespace mlops::report
