#include "report/html_sections.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/html_charts.h"
#include "report/html_page.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::size_t kMaxRules = 400;
constexpr std::size_t kMaxSliceRows = 200;

std::string tile(const std::string& value, std::string_view what) {
  return fmt::format(R"(<div class="tile"><b>{}</b><span>{}</span></div>)", value, what);
}

std::string tiles(const diff::PredictionReport& set) {
  const diff::Counts& counts = set.counts;
  std::string body = tile(format_count(counts.matched), "rows aligned");
  if (set.comparable) {
    body += tile(format_count(counts.changed), "predictions changed");
    if (set.mcnemar_p) {
      body += tile(format_count(counts.negative_flips), "right &rarr; wrong");
      body += tile(format_count(counts.positive_flips), "wrong &rarr; right");
      body += tile(fmt::format("{:.4f}", *set.mcnemar_p), "McNemar p, exact");
    } else if (set.set.task == policy::Task::regression && set.set.label) {
      body += tile(format_count(counts.worsened), "error grew");
      body += tile(format_count(counts.improved), "error fell");
    }
  }
  body += tile(fmt::format("{} / {}", format_count(counts.only_old), format_count(counts.only_new)),
               "only old / only new");
  return R"(<div class="tiles">)" + body + "</div>";
}

Verdict shown(const diff::RuleResult& rule) {
  return rule.verdict == Verdict::fail ? rule.effect : rule.verdict;
}

int rank(const diff::RuleResult& rule) {
  switch (shown(rule)) {
    case Verdict::fail:
      return 0;
    case Verdict::insufficient:
      return 1;
    case Verdict::warn:
      return 2;
    case Verdict::pass:
    case Verdict::skipped:
      break;
  }
  const bool quiet = rule.origin == diff::RuleOrigin::built_in || rule.verdict == Verdict::skipped;
  return quiet ? 4 : 3;
}

std::string rule_row(const diff::RuleResult& rule) {
  std::string evidence = escape_html(interval_text(rule.figure.change_ci));
  if (evidence.empty()) {
    evidence = escape_html(rule.detail);
  }
  const bool told = rule.verdict != Verdict::pass && !rule.reason.empty();
  const std::string slice = rule.slice.empty() ? ""
                                               : fmt::format(R"( <span class="soft">[{}]</span>)",
                                                             escape_html(rule.slice));
  const std::string name = rule.origin == diff::RuleOrigin::built_in ? "built in" : rule.name;
  return fmt::format(
             R"(<tr{}><th scope="row">{}{}<span class="sub">{}{}</span></th><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="nowrap">{}</td><td>{}</td></tr>)",
             rank(rule) == 4 ? R"( class="quiet")" : "",
             escape_html(metric_title(rule.metric)),
             slice,
             escape_html(name),
             told ? "; " + escape_html(rule.reason) : "",
             number_text(rule.figure.old_value),
             number_text(rule.figure.new_value),
             change_text(rule.figure.change),
             evidence,
             escape_html(rule.limit),
             pill(shown(rule))) +
         "\n";
}

std::string rules_section(const diff::PredictionReport& set) {
  std::vector<const diff::RuleResult*> rules;
  for (const diff::RuleResult& rule : set.rules) {
    rules.push_back(&rule);
  }
  std::stable_sort(
      rules.begin(), rules.end(), [](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
  std::string body = fmt::format(
      R"(<h3>Rules</h3><div class="card scroll"><table><thead><tr><th>rule</th><th class="num">old</th><th class="num">new</th><th class="num">change</th><th class="num">{} interval</th><th>limit</th><th>verdict</th></tr></thead><tbody>)",
      confidence_text(set.alpha));
  for (std::size_t i = 0; i < rules.size() && i < kMaxRules; ++i) {
    body += rule_row(*rules[i]);
  }
  body += "</tbody></table></div>";
  if (rules.size() > kMaxRules) {
    body += fmt::format(R"(<p class="meta">{} more rules are in the JSON</p>)",
                        rules.size() - kMaxRules);
  }
  return body;
}

std::string_view tone(const diff::Metric& metric) {
  const bool certain = metric.ci && (metric.ci->low > 0 || metric.ci->high < 0);
  if (!certain || !metric.change) {
    return "";
  }
  return (*metric.change > 0) == (metric.better == policy::Better::higher) ? " good" : " bad";
}

std::string metrics_section(const diff::PredictionReport& set) {
  if (set.metrics.empty()) {
    return {};
  }
  std::string body = fmt::format(
      R"(<h3>Metrics</h3><div class="card scroll"><table><thead><tr><th>metric</th><th class="num">old</th><th class="num">new</th><th class="num">change</th><th>with {0} interval</th><th class="num">{0} interval</th></tr></thead><tbody>)",
      confidence_text(set.alpha));
  for (const diff::Metric& metric : set.metrics) {
    body += fmt::format(
        R"(<tr><th scope="row">{}<span class="sub">{}</span></th><td class="num">{}</td><td class="num">{}</td><td class="num{}">{}</td><td>{}</td><td class="num soft">{}</td></tr>)",
        escape_html(metric_title(metric.name)),
        escape_html(metric.note),
        number_text(metric.old_value),
        number_text(metric.new_value),
        tone(metric),
        change_text(metric.change),
        change_bar(metric),
        escape_html(interval_text(metric.ci)));
  }
  return body + "</tbody></table></div>";
}

std::string pictures_section(const diff::PredictionReport& set) {
  std::string body = transition_figure(set) + reliability_figure(set) + density_figure(set);
  for (const diff::Histogram& histogram : set.histograms) {
    body += histogram_figure(histogram);
  }
  return body.empty() ? body : R"(<h3>What moved</h3><div class="grid">)" + body + "</div>";
}

std::string slices_section(const diff::PredictionReport& set) {
  const std::string metric =
      set.set.task == policy::Task::classification ? "accuracy" : "mean_absolute_error";
  std::string body;
  for (const auto* slices : {&set.slices, &set.groups}) {
    std::vector<std::string> columns;
    for (const diff::Slice& slice : *slices) {
      if (std::find(columns.begin(), columns.end(), slice.column) == columns.end()) {
        columns.push_back(slice.column);
      }
    }
    for (std::size_t i = 0; i < columns.size() && i < kMaxSliceRows; ++i) {
      body += slice_figure(*slices, columns[i], metric);
    }
  }
  return body.empty() ? body : R"(<h3>Slices and groups</h3><div class="grid">)" + body + "</div>";
}

std::string gaps_section(const diff::PredictionReport& set) {
  if (set.gaps.empty()) {
    return {};
  }
  std::string body =
      R"(<h3>Gaps between groups</h3><div class="card scroll"><table><thead><tr><th>gap</th><th class="num">old</th><th class="num">new</th><th class="num">change</th><th></th><th class="num">interval</th></tr></thead><tbody>)";
  for (const diff::GroupGap& gap : set.gaps) {
    diff::Metric metric;
    metric.change = gap.change;
    metric.ci = gap.ci;
    metric.better = gap.name.find("ratio") == std::string::npos ? policy::Better::lower
                                                                : policy::Better::higher;
    const std::string left =
        gap.left_out.empty() ? gap.note : "too few rows: " + join(gap.left_out, ", ");
    body += fmt::format(
        R"(<tr><th scope="row">{} <span class="soft">[{}]</span><span class="sub">{}</span></th><td class="num">{}</td><td class="num">{}</td><td class="num{}">{}</td><td>{}</td><td class="num soft">{}</td></tr>)",
        escape_html(gap.name),
        escape_html(gap.sensitive_feature),
        escape_html(left),
        number_text(gap.old_value),
        number_text(gap.new_value),
        tone(metric),
        change_text(gap.change),
        change_bar(metric),
        escape_html(interval_text(gap.ci)));
  }
  return body + "</tbody></table></div>";
}

std::string worst_section(const diff::PredictionReport& set) {
  if (set.worst.empty()) {
    return {};
  }
  const bool numbers = set.set.task == policy::Task::regression;
  const bool scores = !numbers && set.worst.front().old_score.has_value();
  const std::string score = set.score_name.empty() ? "p(label)" : set.score_name;
  std::string body = fmt::format(
      R"(<h3>Worst rows</h3><div class="card scroll"><table class="sortable"><thead><tr><th>{}</th><th>label</th><th class="{}">old</th><th class="{}">new</th>{}<th class="num">{}</th>{}</tr></thead><tbody>)",
      escape_html(set.set.key.empty() ? "row" : join(set.set.key, ", ")),
      numbers ? "num" : "",
      numbers ? "num" : "",
      scores ? fmt::format(R"(<th class="num">old {0}</th><th class="num">new {0}</th>)",
                           escape_html(score))
             : "",
      numbers ? "|error| grew by" : "log loss grew by",
      numbers ? "" : "<th>flip</th>");
  for (const diff::WorstRow& row : set.worst) {
    const std::string_view align = numbers ? " class=\"num\"" : "";
    body += fmt::format(R"(<tr><th scope="row">{}</th><td>{}</td><td{}>{}</td><td{}>{}</td>)",
                        escape_html(row.key),
                        escape_html(row.label),
                        align,
                        escape_html(row.old_prediction),
                        align,
                        escape_html(row.new_prediction));
    if (scores) {
      body += fmt::format(R"(<td class="num">{}</td><td class="num">{}</td>)",
                          score_text(row.old_score),
                          score_text(row.new_score));
    }
    body += fmt::format(
        R"(<td class="num" data-v="{}">{}</td>)", row.loss_change, change_text(row.loss_change));
    if (!numbers) {
      body += row.negative_flip ? R"(<td class="bad nowrap">right &rarr; wrong</td>)" : "<td></td>";
    }
    body += "</tr>\n";
  }
  return body + "</tbody></table></div>";
}

std::string notes_section(const std::vector<std::string>& findings) {
  std::string body;
  for (const std::string& finding : findings) {
    body += "<li>" + escape_html(finding) + "</li>";
  }
  return body.empty() ? body : R"(<ul class="notes">)" + body + "</ul>";
}

std::string describe(const diff::RuleResult& rule) {
  std::string text =
      metric_title(rule.metric) + (rule.slice.empty() ? "" : " [" + rule.slice + "]");
  if (rule.figure.old_value && rule.figure.new_value) {
    text += fmt::format(" went from {} to {}",
                        number_text(rule.figure.old_value),
                        number_text(rule.figure.new_value));
  } else if (rule.figure.new_value) {
    text += " is " + number_text(rule.figure.new_value);
  }
  return text + " (limit: " + rule.limit + ")";
}

}  // namespace

std::string summary_sentence(const diff::Report& report) {
  std::vector<std::string> failed;
  std::size_t insufficient = 0;
  std::size_t rules = 0;
  for (const diff::PredictionReport& set : report.predictions) {
    for (const diff::RuleResult& rule : set.rules) {
      ++rules;
      insufficient += rule.verdict == Verdict::insufficient ? 1U : 0U;
      if (rule.effect == Verdict::fail) {
        failed.push_back((report.predictions.size() > 1 ? set.set.name + ": " : "") +
                         describe(rule));
      }
    }
  }
  const std::string tail =
      insufficient == 0 ? ""
                        : fmt::format("; {} could not be judged", plural(insufficient, "rule"));
  if (failed.empty()) {
    return fmt::format("None of {} is broken{}.", plural(rules, "rule"), tail);
  }
  constexpr std::size_t kTold = 2;
  std::string text = failed[0];
  for (std::size_t i = 1; i < failed.size() && i < kTold; ++i) {
    text += "; " + failed[i];
  }
  if (failed.size() > kTold) {
    text += fmt::format("; and {} more", failed.size() - kTold);
  }
  return fmt::format("{} of {} broken: {}{}.", failed.size(), plural(rules, "rule"), text, tail);
}

std::string set_section(const diff::PredictionReport& set) {
  const std::string keys = set.set.key.empty() ? "row order" : join(set.set.key, ", ");
  return fmt::format(
             R"(<section class="set"><div class="sethead"><h2>{}</h2>{}</div><p class="meta">{} {}, aligned by {}</p>)",
             escape_html(set.set.name),
             pill(set.verdict),
             policy::to_string(set.set.task),
             escape_html(set.set.path),
             escape_html(keys)) +
         tiles(set) + notes_section(set.findings) + rules_section(set) + metrics_section(set) +
         pictures_section(set) + slices_section(set) + gaps_section(set) + worst_section(set) +
         "</section>";
}

}  // namespace mlops::report
