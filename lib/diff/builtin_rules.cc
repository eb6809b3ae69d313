#include "diff/builtin_rules.h"

#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "diff/class_totals.h"
#include "diff/seen_codes.h"

namespace mlops::diff {
namespace {

using policy::Verdict;

constexpr std::size_t kNamesShown = 5;

std::string name_some(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i) {
    text += (i == 0 ? "" : ", ") + quote(names[i]);
  }
  if (names.size() > kNamesShown) {
    text += fmt::format(" and {} more", names.size() - kNamesShown);
  }
  return text;
}

RuleResult built_in(std::string name, const policy::Limit& limit, double value, std::uint64_t n) {
  RuleResult rule;
  rule.origin = RuleOrigin::built_in;
  rule.name = name;
  rule.metric = std::move(name);
  rule.limit = policy::describe(limit);
  rule.allowed = limit;
  rule.figure.new_value = value;
  rule.figure.n = n;
  rule.figure.better = policy::Better::lower;
  const policy::Judgement judged = policy::judge(limit, rule.figure, policy::Decide::point);
  rule.verdict = judged.verdict;
  rule.effect = judged.verdict;
  rule.reason = judged.reason;
  return rule;
}

policy::Limit at_most(double value) {
  policy::Limit limit;
  limit.max = value;
  return limit;
}

RuleResult built_in_count(std::string name,
                          std::uint64_t limit,
                          std::uint64_t value,
                          std::uint64_t n) {
  RuleResult rule =
      built_in(std::move(name), at_most(static_cast<double>(limit)), static_cast<double>(value), n);
  rule.unit = Unit::count;
  return rule;
}

/// What is said of one row and of several: "has" and "have".
struct Wording {
  std::string one;
  std::string several;
};

void count_finding(std::vector<std::string>& findings, std::uint64_t rows, const Wording& wording) {
  if (rows > 0) {
    findings.push_back(
        fmt::format("{} {}", plural(rows, "row"), rows == 1 ? wording.one : wording.several));
  }
}

void add_ranking_findings(std::vector<std::string>& findings, const Observations& seen) {
  if (seen.without_relevant > 0) {
    findings.push_back(fmt::format("{} without a relevant item: left out of ndcg",
                                   plural(seen.without_relevant, "list")));
  }
  if (seen.ties > 0) {
    findings.push_back(fmt::format("{} of the new version with equal scores: in the order of items",
                                   plural(seen.ties, "list")));
  }
}

RuleResult without_evidence(std::string name, std::string reason) {
  RuleResult rule;
  rule.origin = RuleOrigin::built_in;
  rule.metric = name;
  rule.name = std::move(name);
  rule.verdict = Verdict::insufficient;
  rule.effect = Verdict::insufficient;
  rule.reason = std::move(reason);
  return rule;
}

}  // namespace

RuleResult judge_labels(const Observations& seen) {
  RuleResult rule =
      built_in_count("labels_differ", 0, seen.label_mismatches, seen.alignment.matched);
  rule.detail = fmt::format("{} of {}", seen.label_mismatches, seen.alignment.matched);
  if (seen.label_mismatches > 0) {
    rule.verdict = Verdict::insufficient;
    rule.effect = Verdict::insufficient;
    rule.reason = fmt::format("not comparable: {} of {} labels differ, the first at {}",
                              format_count(seen.label_mismatches),
                              format_count(seen.alignment.matched),
                              seen.first_mismatch);
  }
  return rule;
}

RuleResult judge_keys(const Observations& seen,
                      const policy::DiffDefaults& defaults,
                      OtherKeys other_keys) {
  const table::Alignment& rows = seen.alignment;
  const std::uint64_t single = rows.only_old + rows.only_new;
  const std::uint64_t all = rows.matched + single;
  RuleResult rule = built_in("missing_rows",
                             at_most(defaults.missing_rows),
                             static_cast<double>(single) / static_cast<double>(all),
                             all);
  rule.detail = fmt::format("{} of {}", single, all);
  if (rule.verdict == Verdict::fail && other_keys == OtherKeys::refuse) {
    rule.verdict = Verdict::insufficient;
    rule.effect = Verdict::insufficient;
    rule.reason = fmt::format(
        "not comparable: {} of {} keys stand on one side only, such as {}; --common compares the "
        "other {}",
        format_count(single),
        format_count(all),
        name_some(seen.single_keys),
        format_count(rows.matched));
  }
  return rule;
}

RuleResult judge_stale(const std::string& reason) {
  return without_evidence("stale_predictions", reason);
}

RuleResult judge_missing_table(const std::string& reason) {
  return without_evidence("missing_table", reason);
}

RuleResult judge_dropped(const std::string& reason, policy::OnInsufficient on_insufficient) {
  RuleResult rule = without_evidence("dropped_set", reason);
  if (on_insufficient != policy::OnInsufficient::fail) {
    rule.effect = on_insufficient == policy::OnInsufficient::warn ? Verdict::warn : Verdict::pass;
  }
  return rule;
}

RuleResult judge_nonfinite(const Observations& seen, const policy::DiffDefaults& defaults) {
  RuleResult rule = built_in_count(
      "new_nonfinite", defaults.new_nonfinite, seen.new_nonfinite, seen.alignment.matched);
  rule.detail = plural(seen.new_nonfinite, "value");
  return rule;
}

std::vector<RuleResult> judge_built_in(const Observations& seen,
                                       const Samples& samples,
                                       const policy::DiffDefaults& defaults) {
  std::vector<RuleResult> rules;
  const table::Alignment& rows = seen.alignment;
  rules.push_back(judge_nonfinite(seen, defaults));
  if (samples.task == policy::Task::embedding || samples.task == policy::Task::tensor) {
    rules.push_back(built_in_count("shape_mismatch", 0, seen.shape_mismatches, rows.matched));
    rules.back().detail = plural(seen.shape_mismatches, "row");
  }
  if (samples.task == policy::Task::classification) {
    rules.push_back(built_in_count("new_labels", 0, seen.new_labels.size(), rows.matched));
    rules.back().detail = plural(seen.new_labels.size(), "label");
    if (!seen.new_labels.empty()) {
      rules.back().reason = fmt::format(
          "the new version predicts {}, which neither the labels nor "
          "the old version know",
          name_some(seen.new_labels));
    }
  }
  return rules;
}

std::vector<std::string> findings_of_rows(const table::Alignment& rows) {
  std::vector<std::string> findings;
  if (!rows.added_columns.empty()) {
    findings.push_back("only the new table has " + name_some(rows.added_columns));
  }
  if (!rows.removed_columns.empty()) {
    findings.push_back("only the old table has " + name_some(rows.removed_columns));
  }
  if (rows.duplicate_keys_old + rows.duplicate_keys_new > 0) {
    findings.push_back(
        fmt::format("keys that stand more than once: {} in the old table, {} in the "
                    "new one, such as {}",
                    format_count(rows.duplicate_keys_old),
                    format_count(rows.duplicate_keys_new),
                    name_some(rows.first_duplicates)));
  }
  return findings;
}

std::vector<std::string> findings_of(const Observations& seen, const Samples& samples) {
  std::vector<std::string> findings = findings_of_rows(seen.alignment);
  if (!seen.vanished_labels.empty()) {
    findings.push_back("the new version never predicts " + name_some(seen.vanished_labels) +
                       ", which the old one did");
  }
  count_finding(findings,
                seen.unlabelled,
                {"without a label is left out of the metrics",
                 "without a label are left out of the metrics"});
  const std::string kind = "changed between number and text in the prediction";
  count_finding(findings, seen.prediction_kind_changes, {kind, kind});
  for (const auto& [table, outside, sum_off] :
       {std::tuple{"old", seen.outside_old, seen.sum_off_old},
        std::tuple{"new", seen.outside_new, seen.sum_off_new}}) {
    count_finding(findings,
                  outside,
                  {fmt::format("of the {} table has a probability outside 0 to 1", table),
                   fmt::format("of the {} table have a probability outside 0 to 1", table)});
    count_finding(
        findings,
        sum_off,
        {fmt::format("of the {} table has probabilities that do not add up to 1", table),
         fmt::format("of the {} table have probabilities that do not add up to 1", table)});
  }
  count_finding(findings,
                seen.by_tokens,
                {"holds a text that is compared by words, not by characters",
                 "hold texts that are compared by words, not by characters"});
  count_finding(findings,
                seen.too_long,
                {"holds a text that is too long for a similarity",
                 "hold texts that are too long for a similarity"});
  if (samples.task == policy::Task::ranking) {
    add_ranking_findings(findings, seen);
    return findings;
  }
  count_finding(findings,
                seen.ties,
                {"of the new table has equal top probabilities",
                 "of the new table have equal top probabilities"});
  for (std::size_t i = 0; i < seen.slice_differences.size(); ++i) {
    const std::string column = quote(samples.columns[i].name);
    count_finding(
        findings,
        seen.slice_differences[i],
        {fmt::format("has another value of {} in the new table; the old one counts", column),
         fmt::format("have another value of {} in the new table; the old one counts", column)});
  }
  return findings;
}

namespace {

// The classes of labels and predictions.
std::set<std::uint32_t> codes_in(const Samples& samples) {
  SeenCodes seen;
  if (samples.totals) {
    for (const ClassSums* sums : {&samples.totals->labelled, &samples.totals->unlabelled}) {
      sums->each([&](const Answers& answers, std::uint64_t) {
        seen.insert(answers.label);
        seen.insert(answers.before);
        seen.insert(answers.after);
      });
    }
  }
  for (const auto* rows :
       {&samples.label, &samples.old_version.prediction, &samples.new_version.prediction}) {
    for (const std::uint32_t code : *rows) {
      seen.insert(code);
    }
  }
  std::set<std::uint32_t> codes = seen.codes();
  codes.erase(kNoCode);
  return codes;
}

}  // namespace

std::optional<std::string> find_unseen_positive(const Samples& samples, const std::string& table) {
  if (!samples.positive) {
    return std::nullopt;
  }
  const std::set<std::uint32_t> codes = codes_in(samples);
  if (codes.contains(*samples.positive)) {
    return std::nullopt;
  }
  std::string finding = fmt::format("no label and no prediction is the positive class {}",
                                    quote(samples.classes[*samples.positive]));
  if (codes.size() > 1) {
    std::vector<std::string> names;
    names.reserve(codes.size());
    for (const std::uint32_t code : codes) {
      names.push_back(samples.classes[code]);
    }
    throw Error(ErrorKind::config,
                fmt::format("{}: {}", quote(table), finding),
                "the classes are " + name_some(names));
  }
  return finding;
}

}  // namespace mlops::diff
