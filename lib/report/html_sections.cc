#include "report/html_sections.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/html_charts.h"
#include "report/html_page.h"
#include "report/html_worst.h"
#include "report/number_text.h"
#include "report/rules_table.h"
#include "report/slices_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::size_t kMaxRules = 400;
constexpr std::size_t kMaxSliceRows = 200;

std::string tile(const std::string& value, std::string_view what) {
  return fmt::format(R"(<div class="tile"><b>{}</b><span>{}</span></div>)", value, what);
}

std::string counted_tile(std::uint64_t count, std::string_view noun, std::string_view what) {
  return tile(format_count(count), fmt::format("{}{} {}", noun, count == 1 ? "" : "s", what));
}

std::string tiles(const diff::PredictionReport& set) {
  const diff::Counts& counts = set.counts;
  std::string body = counted_tile(counts.matched, policy::unit_noun(set.set), "aligned");
  if (set.is_comparable()) {
    body += counted_tile(counts.changed, "prediction", "changed");
    if (set.mcnemar_p) {
      body += tile(format_count(counts.negative_flips), "right &rarr; wrong");
      body += tile(format_count(counts.positive_flips), "wrong &rarr; right");
      const std::string p = p_value_text(*set.mcnemar_p);
      body += tile(escape_html(p.starts_with('=') ? p.substr(1) : p), "McNemar p, exact");
    } else if (set.set.task == policy::Task::regression && set.set.label) {
      body += tile(format_count(counts.worsened), "error grew");
      body += tile(format_count(counts.improved), "error fell");
    }
  }
  body += tile(fmt::format("{} / {}", format_count(counts.only_old), format_count(counts.only_new)),
               "only old / only new");
  return R"(<div class="tiles">)" + body + "</div>";
}

bool is_quiet(const diff::RuleResult& rule) {
  return rule.verdict == Verdict::skipped ||
         (rule.origin == diff::RuleOrigin::built_in && rule.verdict == Verdict::pass);
}

/// On a narrow screen long cells go below the short ones.
constexpr std::string_view kBelow = " below";

std::string rule_row(const diff::RuleResult& rule) {
  const bool counted = !rule.figure.change_ci && !rule.detail.empty();
  const std::string evidence = counted ? "(" + escape_html(rule.detail) + ")"
                                       : escape_html(interval_text(rule.figure.change_ci));
  std::string sub;
  if (rule.origin == diff::RuleOrigin::built_in) {
    sub = "built in";
  } else if (!rule.name.starts_with(rule.metric)) {
    sub = escape_html(rule.name);
  }
  if (rule.verdict != Verdict::pass && !reason_is_plain(rule)) {
    sub += (sub.empty() ? "" : "; ") + typeset_html(rule.reason);
  }
  return fmt::format(
      "<tr><td class=\"corner\">{}</td><th scope=\"row\">{}{}{}</th>{}{}{}{}{}</tr>\n",
      pill(shown_verdict(rule)),
      escape_html(metric_title(rule.metric)),
      rule.slice.empty()
          ? ""
          : fmt::format(R"( <span class="soft">[{}]</span>)", escape_html(rule.slice)),
      sub.empty() ? "" : R"(<span class="sub">)" + sub + "</span>",
      html_number_cell("old", figure_text(rule, rule.figure.old_value)),
      html_number_cell("new", new_value_text(rule)),
      html_number_cell("change", change_text(rule.figure.change)),
      html_number_cell(counted ? "counted" : "interval", evidence, kBelow),
      html_number_cell("allowed", typeset_html(rule.limit), kBelow));
}

/// Rules that ask for no attention, as text.
std::string quiet_rules(const std::vector<diff::RuleResult>& rules) {
  std::vector<std::string> kept;
  std::map<std::string, std::vector<std::string>> skipped;
  for (const diff::RuleResult& rule : rules) {
    if (rule.verdict == Verdict::skipped) {
      skipped[rule.reason].push_back(rule_title(rule));
    } else if (is_quiet(rule)) {
      kept.push_back(rule.detail.empty() ? rule.name : rule.name + " (" + rule.detail + ")");
    }
  }
  constexpr std::size_t kLongest = 2000;
  std::string body;
  if (!kept.empty()) {
    body += R"(<p class="meta">Built-in rules that pass: )" +
            escape_html(join(kept, ", "), kLongest) + "</p>";
  }
  for (const auto& [reason, titles] : skipped) {
    body += R"(<p class="meta">Skipped, )" + escape_html(reason) + ": " +
            escape_html(join(titles, ", "), kLongest) + "</p>";
  }
  return body;
}

std::string rules_section(const diff::PredictionReport& set) {
  std::vector<const diff::RuleResult*> rules;
  for (const diff::RuleResult& rule : set.rules) {
    if (!is_quiet(rule)) {
      rules.push_back(&rule);
    }
  }
  std::stable_sort(rules.begin(), rules.end(), [](const auto* a, const auto* b) {
    return severity_rank(shown_verdict(*a)) < severity_rank(shown_verdict(*b));
  });
  std::string body;
  if (!rules.empty()) {
    body += fmt::format(
        R"(<div class="card scroll"><table class="stack"><thead><tr><th></th><th>rule</th><th class="num">old</th><th class="num">new</th><th class="num">change</th><th class="num">{} interval</th><th class="num">allowed</th></tr></thead><tbody>)",
        confidence_text(set.alpha));
  }
  for (std::size_t i = 0; i < rules.size() && i < kMaxRules; ++i) {
    body += rule_row(*rules[i]);
  }
  body += rules.empty() ? "" : "</tbody></table></div>";
  if (rules.size() > kMaxRules) {
    body += fmt::format(R"(<p class="meta">{} more rules are in the JSON</p>)",
                        rules.size() - kMaxRules);
  }
  return body + quiet_rules(set.rules);
}

/// The change, with a word where its interval excludes zero: the colour repeats the word.
std::string change_cell(const diff::Metric& metric) {
  std::string text = change_text(metric.change);
  const bool certain = metric.ci && (metric.ci->low > 0 || metric.ci->high < 0);
  if (!certain || !metric.change) {
    return html_number_cell("change", text);
  }
  const bool good = (*metric.change > 0) == (metric.better == policy::Better::higher);
  text += fmt::format(R"(<span class="sub">{}</span>)", good ? "better" : "worse");
  return html_number_cell("change", text, good ? " good" : " bad");
}

std::string metrics_section(const diff::PredictionReport& set) {
  if (set.metrics.empty()) {
    return {};
  }
  std::string body = fmt::format(
      R"(<h3>Metrics</h3><div class="card scroll"><table class="stack"><thead><tr><th>metric</th><th class="num">old</th><th class="num">new</th><th class="num">change</th><th class="num">{0} interval</th><th></th></tr></thead><tbody>)",
      confidence_text(set.alpha));
  for (const diff::Metric& metric : set.metrics) {
    body += fmt::format(
        R"(<tr><th scope="row">{}<span class="sub">{}</span></th>{}{}{}{}<td class="ci">{}</td></tr>)",
        escape_html(metric_title(metric.name)),
        escape_html(metric.note),
        html_number_cell("old", number_text(metric.old_value)),
        html_number_cell("new", number_text(metric.new_value)),
        change_cell(metric),
        html_number_cell(
            "interval",
            escape_html(metric.change ? interval_text(metric.ci) : range_text(metric.ci)),
            " soft below"),
        change_bar(metric));
  }
  return body + "</tbody></table></div>";
}

std::string pictures_section(const diff::PredictionReport& set) {
  std::string body = transition_figure(set);
  for (const diff::Histogram& histogram : set.histograms) {
    body += histogram_figure(histogram);
  }
  body += reliability_figure(set) + density_figure(set);
  return body.empty() ? body : R"(<h3>What moved</h3><div class="flow">)" + body + "</div>";
}

/// What slices are compared by: the first figure of the task, of the pair where there is no label.
std::string main_metric(const diff::PredictionReport& set) {
  switch (set.set.task) {
    case policy::Task::classification:
      return "accuracy";
    case policy::Task::regression:
      return "mean_absolute_error";
    default:
      break;
  }
  return set.metrics.empty() ? std::string() : set.metrics.front().name;
}

std::string slices_section(const diff::PredictionReport& set) {
  const std::string metric = main_metric(set);
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

std::string search_section(const diff::PredictionReport& set) {
  if (!set.search) {
    return {};
  }
  constexpr std::size_t kShown = 100;
  std::string body = R"(<h3>Slices that got worse</h3><p class="meta">)" +
                     escape_html(search_sentence(*set.search), 2000) + "</p>";
  if (set.search->found.empty()) {
    return body;
  }
  body += fmt::format(
      R"(<div class="card scroll"><table class="stack"><thead><tr><th>slice</th><th class="num">worse</th><th class="num">rate</th><th class="num">{} interval</th><th class="num">p, Holm</th></tr></thead><tbody>)",
      confidence_text(set.alpha));
  for (std::size_t i = 0; i < set.search->found.size() && i < kShown; ++i) {
    const diff::FoundSlice& slice = set.search->found[i];
    const double rate = static_cast<double>(slice.worse) / static_cast<double>(slice.n);
    body += fmt::format(
        R"(<tr><th scope="row">{} <span class="soft">[{}]</span></th>{}{}{}{}</tr>)",
        escape_html(slice.value),
        escape_html(slice.columns),
        html_number_cell("worse",
                         fmt::format("{} of {}", format_count(slice.worse), format_count(slice.n))),
        html_number_cell("rate", number_text(rate)),
        html_number_cell("interval", escape_html(range_text(slice.interval)), kBelow),
        html_number_cell("p, Holm", escape_html(p_value_cell(slice.p_adjusted)), kBelow));
  }
  body += "</tbody></table></div>";
  if (set.search->found.size() > kShown) {
    body += fmt::format(R"(<p class="meta">{} more are in the JSON</p>)",
                        set.search->found.size() - kShown);
  }
  return body;
}

std::string gaps_section(const diff::PredictionReport& set) {
  if (set.gaps.empty()) {
    return {};
  }
  std::string body = fmt::format(
      R"(<h3>Gaps between groups</h3><div class="card scroll"><table class="stack"><thead><tr><th>gap</th><th class="num">old</th><th class="num">new</th><th class="num">change</th><th class="num">{} interval</th><th></th></tr></thead><tbody>)",
      confidence_text(set.alpha));
  for (const diff::GroupGap& gap : set.gaps) {
    diff::Metric metric;
    metric.change = gap.change;
    metric.ci = gap.ci;
    metric.better = gap.name.find("ratio") == std::string::npos ? policy::Better::lower
                                                                : policy::Better::higher;
    const std::string left =
        gap.left_out.empty() ? gap.note : "too few rows: " + join(gap.left_out, ", ");
    body += fmt::format(
        R"(<tr><th scope="row">{} <span class="soft">[{}]</span><span class="sub">{}</span></th>{}{}{}{}<td class="ci">{}</td></tr>)",
        escape_html(gap.name),
        escape_html(gap.sensitive_feature),
        escape_html(left),
        html_number_cell("old", number_text(gap.old_value)),
        html_number_cell("new", number_text(gap.new_value)),
        change_cell(metric),
        html_number_cell("interval", escape_html(interval_text(gap.ci)), " soft below"),
        change_bar(metric));
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

}  // namespace

std::string set_section(const diff::PredictionReport& set) {
  const std::vector<std::string> key = policy::unit_key(set.set);
  const std::string keys = key.empty() ? "row order" : join(key, ", ");
  return fmt::format(
             R"(<section class="set"><div class="sethead"><h2>{}</h2>{}</div><p class="meta">{} &middot; {} &middot; aligned by {}</p>)",
             escape_html(set.set.name),
             pill(set.verdict),
             policy::to_string(set.set.task),
             escape_html(set.set.path),
             escape_html(keys)) +
         tiles(set) + notes_section(set.findings) + "<h3>Safeguards</h3>" + rules_section(set) +
         metrics_section(set) + pictures_section(set) + search_section(set) + slices_section(set) +
         gaps_section(set) + worst_section(set) + "</section>";
}

std::string unjudged_section(const diff::Report& report) {
  std::string body;
  for (const auto& [title, rules] :
       {std::pair{"Rules of metrics files", file_rules(report)},
        std::pair{"Rules that judged no set", unjudged_rules(report)}}) {
    if (!rules.empty()) {
      diff::PredictionReport none;
      none.rules = rules;
      body +=
          fmt::format(R"(<section class="set"><div class="sethead"><h2>{}</h2></div>{}</section>)",
                      title,
                      rules_section(none)) +
          "\n";
    }
  }
  return body;
}

}  // namespace mlops::report
