#include <fmt/format.h>

#include "report/diff_report.h"
#include "report/html_page.h"
#include "report/html_sections.h"
#include "report/sentence.h"

namespace mlops::report {
namespace {

constexpr std::size_t kSentence = 1000;

std::string commit_text(const std::string& commit) {
  constexpr std::size_t kShort = 12;
  return commit.empty() ? std::string() : " (" + escape_html(commit.substr(0, kShort)) + ")";
}

std::string banner(const diff::Report& report) {
  constexpr std::size_t kTold = 8;
  std::string figures;
  const std::vector<std::string> broken = broken_rules(report);
  for (std::size_t i = 0; i < broken.size() && i < kTold; ++i) {
    figures += "<li>" + typeset_html(broken[i]) + "</li>";
  }
  if (broken.size() > kTold) {
    figures += fmt::format("<li>and {} more</li>", broken.size() - kTold);
  }
  return fmt::format(R"(<div class="banner {0}"><b>{0}</b><div><p>{1}.</p>{2}</div></div>)",
                     policy::to_string(report.verdict),
                     escape_html(summary_sentence(report), kSentence),
                     figures.empty() ? figures : "<ul>" + figures + "</ul>");
}

}  // namespace

std::string diff_as_html(const diff::Report& report) {
  const std::string old_name = escape_html(report.old_name);
  const std::string new_name = escape_html(report.new_name);
  std::string page = fmt::format(
      R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';img-src data:;style-src 'unsafe-inline';script-src 'unsafe-inline'">
<title>{0} to {1}: {2}</title><link rel="icon" href="data:,"><style>{3}</style></head><body><main>
<p class="over">mlops diff</p><h1>{0} <span class="arrow">&rarr;</span> {1}</h1>
{4}
)",
      old_name,
      new_name,
      policy::to_string(report.verdict),
      page_style(),
      banner(report));
  page += fmt::format(R"(<p class="meta">old {}{} &middot; new {}{}{}</p>)",
                      old_name,
                      commit_text(report.old_commit),
                      new_name,
                      commit_text(report.new_commit),
                      report.policy_file.empty()
                          ? " &middot; no policy, only the built-in rules"
                          : " &middot; policy " + escape_html(report.policy_file));
  for (const diff::PredictionReport& set : report.predictions) {
    page += set_section(set) + '\n';
  }
  page += unjudged_section(report) + "<footer>";
  for (const diff::PredictionReport& set : report.predictions) {
    page += fmt::format("{}: old sha256 {}, new sha256 {}<br>",
                        escape_html(set.set.name),
                        escape_html(set.old_sha256),
                        escape_html(set.new_sha256));
  }
  page += fmt::format("policy sha256 {}</footer></main><script>{}</script></body></html>\n",
                      report.policy_sha256.empty() ? "none" : escape_html(report.policy_sha256),
                      page_script());
  return page;
}

}  // namespace mlops::report
