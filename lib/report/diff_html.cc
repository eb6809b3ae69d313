#include <fmt/format.h>

#include "base/text.h"
#include "report/diff_report.h"
#include "report/html_change.h"
#include "report/html_page.h"
#include "report/html_sections.h"
#include "report/sentence.h"

namespace mlops::report {
namespace {

constexpr std::size_t kSentence = 1000;

/// What the title does not tell: commits, and who judged.
std::string sources(const diff::Report& report) {
  constexpr std::size_t kShort = 12;
  std::vector<std::string> parts;
  if (!report.old_commit.empty()) {
    parts.push_back("old commit " + escape_html(report.old_commit.substr(0, kShort)));
  }
  if (!report.new_commit.empty()) {
    parts.push_back("new commit " + escape_html(report.new_commit.substr(0, kShort)));
  }
  if (!has_judged(report)) {
    parts.emplace_back("nothing was judged");
  } else {
    parts.push_back(report.policy_file.empty() ? "no policy: only the built-in rules judge"
                                               : "policy " + escape_html(report.policy_file));
  }
  return fmt::format(R"(<p class="meta">{}</p>)", join(parts, " &middot; "));
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

std::string diff_as_html(const diff::Report& report, const pipeline::VersionChange& change) {
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
      has_judged(report) ? banner(report) : "");
  page += sources(report) + change_section(change);
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
  if (!report.policy_sha256.empty()) {
    page += "policy sha256 " + escape_html(report.policy_sha256);
  }
  page += fmt::format("</footer></main><script>{}</script></body></html>\n", page_script());
  return page;
}

}  // namespace mlops::report
