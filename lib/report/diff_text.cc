#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/banner.h"
#include "report/diff_report.h"
#include "report/layout.h"
#include "report/number_text.h"
#include "report/rules_table.h"
#include "report/slices_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::size_t kWorstShown = 10;

std::string tally(const std::vector<diff::RuleResult>& rules) {
  const auto count = [&](auto holds) { return std::count_if(rules.begin(), rules.end(), holds); };
  using Rule = diff::RuleResult;
  return fmt::format(
      "{} fail, {} warn, {} insufficient",
      count([](const Rule& r) { return r.effect == Verdict::fail; }),
      count([](const Rule& r) { return r.verdict == Verdict::fail && r.effect == Verdict::warn; }),
      count([](const Rule& r) { return r.verdict == Verdict::insufficient; }));
}

std::string rows_text(const diff::PredictionReport& set) {
  if (set.counts.matched == 0) {
    return "nothing to compare";
  }
  const std::vector<std::string> key = policy::unit_key(set.set);
  const std::string keys = key.empty() ? "row order" : join(key, ", ");
  return fmt::format("{} aligned by {} ({} only old, {} only new)",
                     plural(set.counts.matched, policy::unit_noun(set.set)),
                     keys,
                     format_count(set.counts.only_old),
                     format_count(set.counts.only_new));
}

/// Texts, vectors and lists are too long for a sentence or a narrow column.
bool has_scores_or_classes(const diff::PredictionReport& set) {
  return set.set.task == policy::Task::regression || set.set.task == policy::Task::classification;
}

std::string worst_sentence(const diff::PredictionReport& set) {
  const diff::WorstRow& row = set.worst.front();
  const std::vector<std::string> columns = policy::unit_key(set.set);
  const std::string key = columns.size() == 1 ? columns.front() + " " + row.key : row.key;
  const bool numbers = set.set.task == policy::Task::regression;
  if (!has_scores_or_classes(set)) {
    return fmt::format("worst: {}, {} {}", key, set.worst_by, number_text(row.loss_change));
  }
  return fmt::format("worst: {}{}, {}",
                     key,
                     set.set.label ? " label " + plain_cell(row.label) : "",
                     row.old_score && row.new_score
                         ? fmt::format("{} {} -> {}",
                                       numbers ? "prediction" : "p",
                                       score_text(row.old_score),
                                       score_text(row.new_score))
                         : row.old_prediction + " -> " + row.new_prediction);
}

/// A long text without an end of its own: the page and the JSON have more of it.
std::string shortened(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  return display_width(text) <= kLongest ? text : cut(text, kLongest);
}

class DiffText {
 public:
  explicit DiffText(const TextStyle& style) : style_(style) {}

  void head(const diff::Report& report);
  void set(const diff::Report& report, const diff::PredictionReport& set);
  void findings(const std::vector<std::string>& findings);
  void unjudged(const diff::Report& report);
  std::string take() { return std::move(out_); }

 private:
  void line(const std::string& text) { out_ += text + '\n'; }
  void wrapped_line(const std::string& text) {
    for (const std::string& part : wrap(escape_for_terminal(text), style_.width)) {
      line(part);
    }
  }
  void rules(const diff::PredictionReport& set);
  void built_in(const diff::PredictionReport& set);
  void skipped(const diff::PredictionReport& set);
  void flips(const diff::PredictionReport& set);
  void slices(const diff::PredictionReport& set);
  void found_slices(const diff::PredictionReport& set);
  void worst(const diff::PredictionReport& set);

  const TextStyle& style_;
  std::string out_;
};

void DiffText::head(const diff::Report& report) {
  std::vector<diff::RuleResult> all = report.rules;
  for (const auto& set : report.predictions) {
    all.insert(all.end(), set.rules.begin(), set.rules.end());
  }
  out_ += banner(report.verdict,
                 fmt::format("{} -> {}   {}",
                             report.old_name,
                             report.new_name,
                             plural(report.predictions.size(), "prediction set")),
                 tally(all),
                 style_);
}

void DiffText::set(const diff::Report& report, const diff::PredictionReport& set) {
  const bool alone = report.predictions.size() == 1;
  if (!alone) {
    out_ += '\n';
  }
  const std::string who = alone ? set.old_name + " -> " + set.new_name : set.set.name;
  std::vector<diff::RuleResult> counted = set.rules;
  if (alone) {
    counted.insert(counted.end(), report.rules.begin(), report.rules.end());
  }
  out_ += banner(
      alone ? report.verdict : set.verdict, who + "   " + rows_text(set), tally(counted), style_);
  rules(set);
  built_in(set);
  skipped(set);
  flips(set);
  slices(set);
  found_slices(set);
  worst(set);
  findings(set.findings);
}

void DiffText::rules(const diff::PredictionReport& set) {
  const RulesTable table = rules_table(set, style_.width);
  for (const RulesTable::Row& row : table.rows) {
    const std::string word = verdict_word(row.verdict);
    if (row.judged && style_.color == TextStyle::Color::yes) {
      line(row.text.substr(0, row.text.size() - word.size()) + painted(word, row.verdict, style_));
    } else {
      line(row.text);
    }
  }
  for (const std::string& reason : table.reasons) {
    wrapped_line(reason);
  }
}

/// The rules of the house that hold are one line; those that do not stand in the table, with their
/// reason here.
void DiffText::built_in(const diff::PredictionReport& set) {
  std::vector<std::string> kept;
  for (const diff::RuleResult& rule : set.rules) {
    if (rule.origin == diff::RuleOrigin::policy) {
      continue;
    }
    if (rule.verdict == Verdict::pass) {
      kept.push_back(rule.name);
    } else if (!reason_is_plain(rule)) {
      wrapped_line(rule.name + ": " + rule.reason);
    }
  }
  if (!kept.empty()) {
    wrapped_line("built-in rules pass: " + join(kept, ", "));
  }
}

/// Rules that do not speak of this set: one line for each reason.
void DiffText::skipped(const diff::PredictionReport& set) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const diff::RuleResult& rule : set.rules) {
    if (rule.verdict == Verdict::skipped) {
      by_reason[rule.reason].push_back(rule_title(rule));
    }
  }
  for (const auto& [reason, titles] : by_reason) {
    wrapped_line(fmt::format("skipped, {}: {}", reason, join(titles, ", ")));
  }
}

void DiffText::flips(const diff::PredictionReport& set) {
  if (!set.is_comparable()) {
    return;
  }
  std::string text;
  if (set.mcnemar_p) {
    text = fmt::format("flips: {} right->wrong, {} wrong->right, McNemar p{}",
                       format_count(set.counts.negative_flips),
                       format_count(set.counts.positive_flips),
                       p_value_text(*set.mcnemar_p));
  } else {
    text = fmt::format(
        "changed: {} of {}", format_count(set.counts.changed), format_count(set.counts.matched));
    if (set.set.task == policy::Task::regression && set.set.label) {
      text += fmt::format(", {} worse, {} better",
                          format_count(set.counts.worsened),
                          format_count(set.counts.improved));
    }
  }
  if (set.worst.empty()) {
    wrapped_line(text);
    return;
  }
  const std::string worst = worst_sentence(set);
  constexpr std::string_view kApart = "   ";
  if (style_.width == 0 ||
      display_width(text) + kApart.size() + display_width(escape_for_terminal(worst)) <=
          style_.width) {
    line(text + std::string(kApart) + escape_for_terminal(worst));
  } else {
    wrapped_line(text);
    wrapped_line(worst);
  }
}

/// Of the slices that --by names, the first figure of each.
void DiffText::slices(const diff::PredictionReport& set) {
  for (const std::string& column : set.by) {
    for (const std::string& text : slices_table(set, column, style_.width)) {
      line(text);
    }
  }
}

void DiffText::found_slices(const diff::PredictionReport& set) {
  if (!set.search) {
    return;
  }
  wrapped_line(search_sentence(*set.search));
  for (const std::string& text : found_slices_table(set, style_.width)) {
    line(text);
  }
}

void DiffText::worst(const diff::PredictionReport& set) {
  if (set.worst.size() < 2) {
    return;
  }
  const bool classes = set.set.task == policy::Task::classification;
  const bool scores = classes && set.worst.front().old_score.has_value();
  TextTable table({10, 8, 8, 8});
  std::vector<std::string> heads{"worst " + std::string(policy::unit_noun(set.set)) + "s"};
  if (set.set.label && set.set.task != policy::Task::ranking) {
    heads.emplace_back("label");
  }
  const bool numbers = set.set.task == policy::Task::regression;
  heads.insert(heads.end(), {"old", "new"});
  if (scores) {
    heads.push_back(set.score_name.empty() ? "p(label)" : set.score_name);
  }
  heads.push_back(set.worst_by);
  for (std::size_t column = 1; numbers && column < heads.size(); ++column) {
    table.align(column, TextTable::Numbers::by_point);
  }
  if (!numbers && !classes) {
    table.align(heads.size() - 1, TextTable::Numbers::by_point);
  }
  heads.insert(heads.end(), set.extra_columns.begin(), set.extra_columns.end());
  table.add(heads);
  const std::size_t shown = set.worst_limited ? set.worst.size() : kWorstShown;
  for (std::size_t i = 0; i < set.worst.size() && i < shown; ++i) {
    const diff::WorstRow& row = set.worst[i];
    std::vector<std::string> cells{row.key};
    if (set.set.label && set.set.task != policy::Task::ranking) {
      cells.push_back(plain_cell(row.label));
    }
    cells.insert(cells.end(), {shortened(row.old_prediction), shortened(row.new_prediction)});
    if (scores) {
      cells.push_back(score_text(row.old_score) + " -> " + score_text(row.new_score));
    }
    cells.push_back(classes   ? std::string(row.negative_flip ? "right->wrong" : "")
                    : numbers ? change_text(row.loss_change)
                              : number_text(row.loss_change));
    for (const diff::ExtraCell& extra : row.extra) {
      cells.push_back(extra_text(extra, " -> "));
    }
    table.add(cells);
  }
  for (const std::string& text : table.lines(style_.width)) {
    line(text);
  }
}

void DiffText::findings(const std::vector<std::string>& findings) {
  for (const std::string& finding : findings) {
    wrapped_line("note: " + finding);
  }
}

void DiffText::unjudged(const diff::Report& report) {
  for (const auto& [title, of] : {std::pair{"rules of metrics files", file_rules(report)},
                                  std::pair{"rules that judged no set", unjudged_rules(report)}}) {
    if (!of.empty()) {
      diff::PredictionReport none;
      none.rules = of;
      out_ += fmt::format("\n{}\n", title);
      rules(none);
      skipped(none);
    }
  }
}

}  // namespace

std::string diff_as_text(const diff::Report& report,
                         const TextStyle& style,
                         const pipeline::VersionChange& change) {
  std::string before = change_as_text(change, style);
  if (!has_judged(report)) {
    return before;
  }
  DiffText text(style);
  if (report.predictions.size() != 1) {
    text.head(report);
  }
  for (const diff::PredictionReport& set : report.predictions) {
    text.set(report, set);
  }
  text.unjudged(report);
  before += before.empty() ? "" : "\n";
  return before + text.take();
}

}  // namespace mlops::report
