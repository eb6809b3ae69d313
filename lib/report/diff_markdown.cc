#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/change_tables.h"
#include "report/diff_report.h"
#include "report/markdown.h"
#include "report/number_text.h"
#include "report/rule_text.h"
#include "report/rules_table.h"
#include "report/sentence.h"
#include "report/slices_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::string_view kMarker = "<!-- mlops diff -->\n";

struct Page : MarkdownPage {
  std::size_t rules_cut = 0;
  std::size_t metrics_cut = 0;
  std::size_t rows_cut = 0;
  std::size_t texts_cut = 0;
};

std::string rule_row(const diff::RuleResult& rule, Values values) {
  const bool has_interval = rule.figure.change_ci && rule.verdict != Verdict::insufficient;
  const std::string evidence = reason_is_plain(rule) ? rule.detail : reason_text(rule, values);
  return markdown_row({markdown_code(rule_title(rule)),
                       number_text(rule.figure.old_value),
                       new_value_text(rule),
                       change_text(rule.figure.change),
                       has_interval       ? interval_text(rule.figure.change_ci)
                       : evidence.empty() ? ""
                                          : markdown_code(evidence),
                       markdown_code(rule.limit),
                       markdown_verdict(shown_verdict(rule))});
}

/// Passed rules of the house say nothing that the sentence above does not.
std::vector<std::string> rule_rows(std::vector<diff::RuleResult> rules, Values values) {
  std::erase_if(rules, [](const diff::RuleResult& rule) {
    return rule.origin == diff::RuleOrigin::built_in && rule.verdict == Verdict::pass;
  });
  std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) {
    return severity_rank(shown_verdict(a)) < severity_rank(shown_verdict(b));
  });
  std::vector<std::string> rows;
  rows.reserve(rules.size());
  for (const diff::RuleResult& rule : rules) {
    rows.push_back(rule_row(rule, values));
  }
  return rows;
}

void add_rules(Page& page,
               const std::vector<diff::RuleResult>& rules,
               double alpha,
               Values values) {
  const std::string head =
      "\n" +
      markdown_row(
          {"rule", "old", "new", "change", confidence_text(alpha) + " CI", "limit", "verdict"}) +
      "|---|--:|--:|--:|---|---|---|\n";
  page.add_table(head, rule_rows(rules, values), "", page.rules_cut);
}

std::string details(std::string_view summary, const std::string& table_head) {
  return fmt::format("\n<details><summary>{}</summary>\n\n{}", summary, table_head);
}

constexpr std::string_view kEndDetails = "\n</details>\n";

void add_metrics(Page& page, const diff::PredictionReport& set) {
  std::vector<std::string> rows;
  for (const diff::Metric& metric : set.metrics) {
    rows.push_back(
        markdown_row({markdown_code(metric_title(metric.name)),
                      number_text(metric.old_value),
                      number_text(metric.new_value),
                      change_text(metric.change),
                      metric.change ? interval_text(metric.ci) : range_text(metric.ci)}));
  }
  const std::string head =
      markdown_row({"metric", "old", "new", "change", confidence_text(set.alpha) + " CI"}) +
      "|---|--:|--:|--:|---|\n";
  page.add_table(details("Metrics", head), rows, std::string(kEndDetails), page.metrics_cut);
}

void add_worst(Page& page, const diff::PredictionReport& set, Values values) {
  const bool is_class = set.set.task == policy::Task::classification;
  std::vector<std::string> rows;
  for (const diff::WorstRow& row : set.worst) {
    std::vector<std::string> cells{markdown_code(row.key),
                                   row.negative_flip ? "right → wrong"
                                   : is_class        ? ""
                                                     : number_text(row.loss_change)};
    if (values == Values::shown) {
      cells.insert(cells.end(),
                   {row.label.empty() ? "" : markdown_code(row.label),
                    markdown_code(row.old_prediction),
                    markdown_code(row.new_prediction)});
      for (const diff::ExtraCell& extra : row.extra) {
        const std::string text = extra_text(extra, " → ");
        cells.push_back(text.empty() ? "" : markdown_code(text));
      }
    }
    rows.push_back(markdown_row(cells));
  }
  std::vector<std::string> heads{"key", is_class ? "flip" : markdown_code(set.worst_by)};
  if (values == Values::shown) {
    heads.insert(heads.end(), {"label", "old", "new"});
    std::transform(set.extra_columns.begin(),
                   set.extra_columns.end(),
                   std::back_inserter(heads),
                   markdown_code);
  }
  std::string head = markdown_row(heads) + "|";
  for (std::size_t i = 0; i < heads.size(); ++i) {
    head += "---|";
  }
  head += "\n";
  page.add_table(details("Worst rows", head), rows, std::string(kEndDetails), page.rows_cut);
}

void add_search(Page& page, const diff::PredictionReport& set) {
  if (!set.search) {
    return;
  }
  if (set.search->found.empty()) {
    page.texts_cut +=
        page.add("\n" + markdown_sentence(search_sentence(*set.search)) + "\n") ? 0U : 1U;
    return;
  }
  std::vector<std::string> rows;
  for (const diff::FoundSlice& slice : set.search->found) {
    rows.push_back(
        markdown_row({markdown_code(slice.columns + "=" + slice.value),
                      fmt::format("{} of {}", format_count(slice.worse), format_count(slice.n)),
                      range_text(slice.interval),
                      p_value_cell(slice.p_adjusted)}));
  }
  const std::string head =
      markdown_row({"slice", "worse", confidence_text(set.alpha) + " CI", "p, Holm"}) +
      "|---|--:|---|---|\n";
  page.add_table(
      details("Slices that got worse", head), rows, std::string(kEndDetails), page.rows_cut);
}

std::string counts_line(const diff::PredictionReport& set) {
  if (set.counts.matched == 0) {
    return "There was nothing to compare.\n";
  }
  if (!set.is_comparable()) {
    return fmt::format("The {} are not the same: nothing was compared.\n",
                       set.incomparable == diff::Incomparable::keys ? "keys" : "labels");
  }
  const diff::Counts& counts = set.counts;
  std::string text = fmt::format("{} paired ({} only old, {} only new), {} changed",
                                 plural(counts.matched, policy::unit_noun(set.set)),
                                 format_count(counts.only_old),
                                 format_count(counts.only_new),
                                 format_count(counts.changed));
  if (set.mcnemar_p) {
    text += fmt::format("; {} right → wrong, {} wrong → right, McNemar p{}",
                        format_count(counts.negative_flips),
                        format_count(counts.positive_flips),
                        p_value_text(*set.mcnemar_p));
  }
  return text + ".\n";
}

void add_set(Page& page, const diff::PredictionReport& set, Values values) {
  const std::string head = fmt::format("\n#### {} {}\n\n{}",
                                       markdown_verdict(set.verdict),
                                       markdown_code(set.set.name),
                                       counts_line(set));
  if (!page.add(head)) {
    page.rules_cut += set.rules.size();
    return;
  }
  add_rules(page, set.rules, set.alpha, values);
  if (values == Values::shown) {
    for (const std::string& finding : set.findings) {
      page.texts_cut += page.add("\nNote: " + markdown_code(finding) + "\n") ? 0U : 1U;
    }
  }
  add_metrics(page, set);
  add_search(page, set);
  add_worst(page, set, values);
}

void add_unjudged(Page& page, const diff::Report& report, Values values) {
  const double alpha = report.predictions.empty() ? 0.05 : report.predictions.front().alpha;
  for (const auto& [title, rules] :
       {std::pair{"Rules of metrics files", file_rules(report)},
        std::pair{"Rules that judged no set", unjudged_rules(report)}}) {
    if (rules.empty()) {
      continue;
    }
    if (page.add(fmt::format("\n#### {}\n", title))) {
      add_rules(page, rules, alpha, values);
    } else {
      page.rules_cut += rules.size();
    }
  }
}

std::string head_of(const ChangeTable& table) {
  std::vector<std::string> heads = table.heads;
  heads.resize(table.rows.front().size());
  std::string head = markdown_row(heads) + "|";
  for (std::size_t i = 0; i < heads.size(); ++i) {
    head += "---|";
  }
  return head + "\n";
}

std::vector<std::string> rows_of(const ChangeTable& table) {
  std::vector<std::string> rows;
  rows.reserve(table.rows.size());
  for (const std::vector<std::string>& row : table.rows) {
    std::vector<std::string> cells;
    cells.reserve(row.size());
    for (const std::string& cell : row) {
      cells.push_back(cell.empty() ? "" : markdown_code(cell));
    }
    rows.push_back(markdown_row(cells));
  }
  return rows;
}

/// A folded block a part: who reviews opens what he wants to see.
void add_change(Page& page, const pipeline::VersionChange& change) {
  constexpr std::size_t kMostRows = 50;
  std::string title;
  for (const ChangeTable& table : change_tables(change, kMostRows)) {
    if (table.title.empty()) {
      title += ", files";
    } else {
      title = table.title;
    }
    if (table.rows.empty()) {
      page.texts_cut += page.add(fmt::format("\n{}: {}\n", title, table.summary)) ? 0U : 1U;
      continue;
    }
    const std::string summary =
        table.summary.empty() ? title : fmt::format("{}: {}", title, table.summary);
    page.add_table(
        details(summary, head_of(table)), rows_of(table), std::string(kEndDetails), page.rows_cut);
    page.rows_cut += table.left_out;
  }
  for (const std::string& problem : change.problems) {
    page.texts_cut += page.add("\nNote: " + markdown_code(problem) + "\n") ? 0U : 1U;
  }
}

std::string what_was_cut(const Page& page) {
  std::vector<std::string> parts;
  for (const auto& [count, noun] : {std::pair{page.rules_cut, "rule"},
                                    std::pair{page.metrics_cut, "metric"},
                                    std::pair{page.rows_cut, "row"},
                                    std::pair{page.texts_cut, "note"}}) {
    if (count > 0) {
      parts.push_back(plural(count, noun));
    }
  }
  return parts.empty() ? std::string()
                       : fmt::format(
                             "\nCut, because a comment has a limit: {}. "
                             "`mlops diff --format html=report.html` shows all.\n",
                             join(parts, ", "));
}

}  // namespace

std::string diff_as_markdown(const diff::Report& report,
                             Values values,
                             const pipeline::VersionChange& change) {
  Page page;
  page.add(std::string(kMarker) +
           fmt::format("### {}{} → {}\n",
                       has_judged(report) ? verdict_word(report.verdict) + " " : "",
                       markdown_code(report.old_name),
                       markdown_code(report.new_name)));
  if (has_judged(report)) {
    page.add("\n" + markdown_sentence(summary_sentence(report)) + "\n");
  }
  add_change(page, change);
  std::vector<const diff::PredictionReport*> sets;
  for (const diff::PredictionReport& set : report.predictions) {
    sets.push_back(&set);
  }
  std::stable_sort(sets.begin(), sets.end(), [](const auto* a, const auto* b) {
    return severity_rank(a->verdict) < severity_rank(b->verdict);
  });
  for (const diff::PredictionReport* set : sets) {
    add_set(page, *set, values);
  }
  add_unjudged(page, report, values);
  const std::string missing = what_was_cut(page);
  return page.take() + missing;
}

}  // namespace mlops::report
