#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/diff_report.h"
#include "report/layout.h"
#include "report/number_text.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::size_t kWorstShown = 10;
constexpr std::string_view kReset = "\x1b[0m";

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return "\x1b[1;31m";
    case Verdict::warn:
    case Verdict::insufficient:
      return "\x1b[33m";
    case Verdict::pass:
      return "\x1b[32m";
    case Verdict::skipped:
      break;
  }
  return "\x1b[2m";
}

/// The word says it, colour only repeats it: a failure shouts.
std::string word_of(Verdict verdict) {
  if (verdict == Verdict::fail) {
    return "FAIL";
  }
  return std::string(policy::to_string(verdict));
}

std::string banner_word(Verdict verdict) {
  std::string word(policy::to_string(verdict));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return word;
}

std::string painted(std::string word, Verdict verdict, const TextStyle& style) {
  if (style.color == TextStyle::Color::no) {
    return word;
  }
  return std::string(color_of(verdict)) + word + std::string(kReset);
}

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
  const std::string keys = set.set.key.empty() ? "row order" : join(set.set.key, ", ");
  return fmt::format("{} aligned by {} ({} only old, {} only new)",
                     plural(set.counts.matched, "row"),
                     keys,
                     set.counts.only_old,
                     set.counts.only_new);
}

std::string slice_suffix(const std::string& slice) {
  return slice.empty() ? std::string() : " [" + slice + "]";
}

/// The interval, or what stands for it: "(5 of 284)", "n=9 < 30".
std::string evidence_of(const diff::RuleResult& rule) {
  if (rule.verdict == Verdict::insufficient || rule.verdict == Verdict::skipped) {
    return rule.reason;
  }
  if (rule.figure.change_ci) {
    return interval_text(rule.figure.change_ci);
  }
  return rule.detail.empty() ? std::string() : "(" + rule.detail + ")";
}

/// How a verdict stands in the table: a failure that only warns is a warning.
Verdict shown_verdict(const diff::RuleResult& rule) {
  return rule.verdict == Verdict::fail ? rule.effect : rule.verdict;
}

class DiffText {
 public:
  explicit DiffText(const TextStyle& style) : style_(style) {}

  void head(const diff::Report& report);
  void set(const diff::Report& report, const diff::PredictionReport& set);
  void findings(const std::vector<std::string>& findings);
  std::string take() { return std::move(out_); }

 private:
  void line(const std::string& text) { out_ += text + '\n'; }
  void cut_line(const std::string& text) {
    const std::string safe = escape_for_terminal(text);
    line(style_.width == 0 ? safe : cut(safe, style_.width));
  }
  void banner(Verdict verdict, const std::string& what, const std::string& right);
  void rules(const diff::PredictionReport& set);
  void built_in(const diff::PredictionReport& set);
  void skipped(const diff::PredictionReport& set);
  void flips(const diff::PredictionReport& set);
  void worst(const diff::PredictionReport& set);

  const TextStyle& style_;
  std::string out_;
};

void DiffText::banner(Verdict verdict, const std::string& what, const std::string& right) {
  constexpr std::size_t kUsualWidth = 104;
  const std::string word = banner_word(verdict);
  const std::string text = word + "  " + escape_for_terminal(what);
  const std::size_t width = style_.width == 0 ? kUsualWidth : std::min(style_.width, kUsualWidth);
  std::string rest = text.substr(word.size());
  if (display_width(text) + 2 + right.size() <= width) {
    rest += std::string(width - display_width(text) - right.size(), ' ') + right;
    line(painted(word, verdict, style_) + rest);
    return;
  }
  // Too narrow for one line: nothing of the verdict may be cut.
  line(painted(word, verdict, style_) +
       (style_.width == 0 ? rest : cut(rest, style_.width - word.size())));
  line("      " + right);
}

void DiffText::head(const diff::Report& report) {
  std::vector<diff::RuleResult> all;
  for (const auto& set : report.predictions) {
    all.insert(all.end(), set.rules.begin(), set.rules.end());
  }
  banner(report.verdict,
         fmt::format("{} -> {}   {}",
                     report.old_name,
                     report.new_name,
                     plural(report.predictions.size(), "prediction set")),
         tally(all));
}

void DiffText::set(const diff::Report& report, const diff::PredictionReport& set) {
  const bool alone = report.predictions.size() == 1;
  if (!alone) {
    out_ += '\n';
  }
  const std::string who = alone ? set.old_name + " -> " + set.new_name : set.set.name;
  banner(alone ? report.verdict : set.verdict, who + "   " + rows_text(set), tally(set.rules));
  rules(set);
  built_in(set);
  skipped(set);
  flips(set);
  worst(set);
  findings(set.findings);
}

void DiffText::rules(const diff::PredictionReport& set) {
  TextTable table({22, 8, 8, 9, 16, 14, 4});
  const std::string interval = confidence_text(set.alpha) + " CI";
  table.add({"rule", "old", "new", "change", interval, "limit", "verdict"});
  std::vector<Verdict> verdicts{Verdict::skipped};
  for (const diff::RuleResult& rule : set.rules) {
    const bool quiet = rule.origin == diff::RuleOrigin::built_in && rule.verdict == Verdict::pass;
    if (quiet || rule.verdict == Verdict::skipped) {
      continue;
    }
    table.add({metric_title(rule.metric) + slice_suffix(rule.slice),
               number_text(rule.figure.old_value),
               number_text(rule.figure.new_value),
               change_text(rule.figure.change),
               evidence_of(rule),
               rule.limit,
               word_of(shown_verdict(rule))});
    verdicts.push_back(shown_verdict(rule));
  }
  for (const diff::Metric& metric : set.metrics) {
    const bool ruled = std::any_of(set.rules.begin(), set.rules.end(), [&](const auto& rule) {
      return rule.metric == metric.name && rule.slice.empty();
    });
    if (!ruled) {
      table.add({metric_title(metric.name),
                 number_text(metric.old_value),
                 number_text(metric.new_value),
                 change_text(metric.change),
                 metric.ci ? interval_text(metric.ci) : "",
                 "",
                 "-"});
      verdicts.push_back(Verdict::skipped);
    }
  }
  const std::vector<std::string> lines = table.lines(style_.width);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string word = word_of(verdicts[i]);
    if (i > 0 && style_.color == TextStyle::Color::yes && lines[i].ends_with(word)) {
      line(lines[i].substr(0, lines[i].size() - word.size()) + painted(word, verdicts[i], style_));
    } else {
      line(lines[i]);
    }
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
    } else {
      cut_line(fmt::format(
          "{}: {}{}", rule.name, rule.reason, rule.detail.empty() ? "" : " (" + rule.detail + ")"));
    }
  }
  if (!kept.empty()) {
    cut_line("also pass: " + join(kept, ", "));
  }
}

/// Rules that do not speak of this set: one line for each reason.
void DiffText::skipped(const diff::PredictionReport& set) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const diff::RuleResult& rule : set.rules) {
    if (rule.verdict == Verdict::skipped) {
      by_reason[rule.reason].push_back(metric_title(rule.metric) + slice_suffix(rule.slice));
    }
  }
  for (const auto& [reason, titles] : by_reason) {
    cut_line(fmt::format("skipped, {}: {}", reason, join(titles, ", ")));
  }
}

void DiffText::flips(const diff::PredictionReport& set) {
  if (!set.comparable) {
    return;
  }
  std::string text;
  if (set.mcnemar_p) {
    text = fmt::format("flips: {} right->wrong, {} wrong->right, McNemar p={:.4f}",
                       set.counts.negative_flips,
                       set.counts.positive_flips,
                       *set.mcnemar_p);
  } else {
    text = fmt::format("changed: {} of {}", set.counts.changed, set.counts.matched);
    if (set.set.task == policy::Task::regression && set.set.label) {
      text += fmt::format(", {} worse, {} better", set.counts.worsened, set.counts.improved);
    }
  }
  if (!set.worst.empty()) {
    const diff::WorstRow& row = set.worst.front();
    const std::string key = set.set.key.size() == 1 ? set.set.key.front() + " " + row.key : row.key;
    text += fmt::format("   worst: {} label {}, ", key, row.label);
    text += row.old_score && row.new_score
                ? fmt::format("{} {} -> {}",
                              set.set.task == policy::Task::regression ? "prediction" : "p",
                              score_text(row.old_score),
                              score_text(row.new_score))
                : row.old_prediction + " -> " + row.new_prediction;
  }
  cut_line(text);
}

void DiffText::worst(const diff::PredictionReport& set) {
  if (set.worst.size() < 2) {
    return;
  }
  const bool numbers = set.set.task == policy::Task::regression;
  const bool scores = !numbers && set.worst.front().old_score.has_value();
  TextTable table({10, 8, 8, 8});
  std::vector<std::string> heads{"worst rows", "label", "old", "new"};
  if (scores) {
    heads.push_back(set.score_name.empty() ? "p(label)" : set.score_name);
  }
  heads.emplace_back(numbers ? "|error|" : "");
  table.add(heads);
  for (std::size_t i = 0; i < set.worst.size() && i < kWorstShown; ++i) {
    const diff::WorstRow& row = set.worst[i];
    std::vector<std::string> cells{row.key, row.label, row.old_prediction, row.new_prediction};
    if (scores) {
      cells.push_back(score_text(row.old_score) + " -> " + score_text(row.new_score));
    }
    cells.push_back(numbers ? change_text(row.loss_change)
                            : std::string(row.negative_flip ? "right->wrong" : ""));
    table.add(cells);
  }
  for (const std::string& text : table.lines(style_.width)) {
    line(text);
  }
}

void DiffText::findings(const std::vector<std::string>& findings) {
  for (const std::string& finding : findings) {
    cut_line("note: " + finding);
  }
}

}  // namespace

std::string diff_as_text(const diff::Report& report, const TextStyle& style) {
  DiffText text(style);
  if (report.predictions.size() != 1) {
    text.head(report);
  }
  for (const diff::PredictionReport& set : report.predictions) {
    text.set(report, set);
  }
  text.findings(report.findings);
  return text.take();
}

}  // namespace mlops::report
