#include "check/session.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/correlation.h"
#include "check/drift.h"
#include "check/freshness.h"
#include "check/labels.h"
#include "check/leakage.h"
#include "check/outliers.h"
#include "check/personal_data.h"
#include "check/references.h"
#include "check/repeated_rows.h"
#include "check/representation.h"
#include "check/table_judges.h"
#include "check/target_leakage.h"
#include "os/memory.h"

namespace mlops::check {
namespace {

using policy::CheckKind;
using policy::Severity;

}  // namespace

Session::Session(table::Engine& engine, const CheckInput& input, const CheckSettings& settings)
    : input_(input),
      settings_(settings),
      crew_(settings.threads),
      file_(settings.scratch),
      table_(engine, input.table) {
  if (input.profile) {
    baseline_.emplace(*input.profile);
  } else if (input.baseline) {
    baseline_table_.emplace(engine, *input.baseline);
    baseline_.emplace(*baseline_table_);
  }
  for (const auto& [name, table] : input.against) {
    against_.try_emplace(name, engine, table);
  }
  if (input.check.ordered) {
    seat(std::make_unique<ColumnOrder>(input.check, table_));
  }
  if (!input.check.key.empty()) {
    seat_key();
  }
  seat_columns();
  for (const policy::CheckRule& rule : input.check.rules) {
    seat_rule(rule);
  }
  if (settings.pictures == CheckSettings::Pictures::take) {
    pictures_.emplace(input.check, table_, baseline_, file_);
  }
  share_memory(settings);
}

void Session::seat_columns() {
  for (const policy::ColumnRule& rule : input_.check.columns) {
    auto judge = std::make_unique<ColumnJudge>(rule, table_);
    columns_.push_back(judge.get());
    seat(std::move(judge));
    if (rule.unique && table_.has(rule.name)) {
      RepeatedRows::Question question;
      question.rule = result_of("unique", rule.name, "no value twice", rule.position);
      question.columns = {rule.name};
      question.nulls = RepeatedRows::Nulls::skip;
      question.as_count = true;
      seat(std::make_unique<RepeatedRows>(std::move(question), table_, file_));
    }
  }
}

void Session::seat_key() {
  const policy::Check& check = input_.check;
  RepeatedRows::Question question;
  question.rule = result_of("key", join(check.key, ", "), "no key twice", check.position);
  question.columns = check.key;
  question.as_count = true;
  seat(std::make_unique<RepeatedRows>(std::move(question), table_, file_));
  seat(std::make_unique<KeyNulls>(check, table_));
}

void Session::seat_rule(const policy::CheckRule& rule) {
  switch (rule.kind) {
    case CheckKind::rows:
      seat(std::make_unique<RowCount>(rule, table_), rule.severity);
      break;
    case CheckKind::freshness:
      seat(std::make_unique<Freshness>(rule, table_, settings_.now_us), rule.severity);
      break;
    case CheckKind::duplicates: {
      RepeatedRows::Question question;
      question.max = rule.max.value_or(0);
      question.rule =
          result_of("duplicates", join(rule.columns, ", "), at_most(question.max), rule.position);
      question.columns = rule.columns;
      seat(std::make_unique<RepeatedRows>(std::move(question), table_, file_), rule.severity);
      break;
    }
    case CheckKind::conflicts:
      seat(std::make_unique<ConflictingLabels>(rule, input_.check, table_, file_), rule.severity);
      break;
    case CheckKind::imbalance:
    case CheckKind::new_labels:
      seat_on_labels(rule);
      break;
    case CheckKind::drift:
      seat_on_baseline(rule);
      break;
    case CheckKind::leakage: {
      CheckedTable& against = against_.at(rule.against);
      for (auto& judge : leakage_judges(rule, input_.check, table_, against, file_)) {
        seat(std::move(judge), rule.severity);
      }
      break;
    }
    case CheckKind::target_leakage:
      seat(std::make_unique<TargetLeakage>(rule, input_.check, table_, file_), rule.severity);
      break;
    case CheckKind::pii:
      seat(std::make_unique<PersonalData>(rule, table_), rule.severity);
      break;
    case CheckKind::representation:
      for (const std::string& column : rule.columns) {
        seat(std::make_unique<Representation>(rule, input_.check, column, table_), rule.severity);
      }
      break;
    case CheckKind::correlation:
      seat_on_baseline(rule);
      break;
    case CheckKind::outliers:
      seat(std::make_unique<Outliers>(rule, input_.check, table_, baseline_, file_), rule.severity);
      break;
    case CheckKind::skew:
      seat_skew(rule);
      break;
    case CheckKind::reference:
      seat(std::make_unique<References>(rule, table_, against_.at(rule.against), file_),
           rule.severity);
      break;
    case CheckKind::expr: {
      auto judge = std::make_unique<Expression>(rule, input_.check, table_);
      expressions_.push_back(judge.get());
      seat(std::move(judge), rule.severity);
      break;
    }
  }
}

/// Rules on the label, or on the columns that they name.
void Session::seat_on_labels(const policy::CheckRule& rule) {
  const std::vector<std::string> columns =
      rule.columns.empty() ? std::vector{*input_.check.label} : rule.columns;
  for (const std::string& column : columns) {
    if (rule.kind == CheckKind::imbalance) {
      seat(std::make_unique<Imbalance>(rule, column, table_), rule.severity);
    } else if (baseline_) {
      seat(std::make_unique<NewLabels>(rule, column, table_, *baseline_), rule.severity);
    } else {
      seat_without_baseline(
          result_of("new_labels", column, at_most(rule.max.value_or(0)), rule.position),
          rule.severity);
    }
  }
}

/// A version that lacks the table may be the first one; a version that nobody knows is a shallow
/// clone or a slip, and what it judges would be left out for ever.
void Session::seat_without_baseline(RuleResult rule, Severity severity) {
  seats_.push_back(
      {std::make_unique<NoEvidence>(std::move(rule), input_.baseline_problem),
       severity,
       input_.is_baseline_unknown ? policy::OnInsufficient::fail : input_.check.on_insufficient});
}

void Session::seat_on_baseline(const policy::CheckRule& rule) {
  if (!baseline_) {
    seat_without_baseline(result_of(std::string(to_string(rule.kind)),
                                    join(rule.columns, ", "),
                                    at_most(*rule.max),
                                    rule.position),
                          rule.severity);
    return;
  }
  if (rule.kind == CheckKind::correlation) {
    seat(std::make_unique<CorrelationChange>(rule, input_.check, table_, *baseline_),
         rule.severity);
    return;
  }
  seat(std::make_unique<Drift>(rule, input_.check, table_, *baseline_, file_), rule.severity);
}

/// The same features elsewhere: their columns, then each distribution.
void Session::seat_skew(const policy::CheckRule& rule) {
  CheckedTable& against = against_.at(rule.against);
  seat(std::make_unique<SameColumns>(rule, input_.check, table_, against), rule.severity);
  seat(std::make_unique<Drift>(rule, input_.check, table_, Baseline(against), file_),
       rule.severity);
}

/// Those who sort share what there is.
void Session::share_memory(const CheckSettings& settings) {
  constexpr std::uint64_t kPart = 8;
  std::size_t sorts = pictures_ ? pictures_->sorts() : 0;
  for (const Seat& seat : seats_) {
    sorts += seat.judge->sorts();
  }
  file_.share_memory(
      settings.memory_bytes != 0 ? settings.memory_bytes : os::usable_memory() / kPart,
      std::max<std::size_t>(1, sorts));
}

/// Expressions know their columns' types only when all rows were read.
void Session::judge_rows_again(table::Engine& engine, const CancelToken& cancel) {
  std::vector<Watcher*> watchers;
  for (Expression* const expression : expressions_) {
    if (Watcher* const watcher = expression->begin(engine, cancel)) {
      watchers.push_back(watcher);
    }
  }
  table_.scan_again(engine, crew_, watchers, cancel);
  for (Expression* const expression : expressions_) {
    expression->end();
  }
}

/// What holds for every check, and is told only where it is broken: a table of no rows passes any
/// rule about its values, and one that is stale is not what will be trained on.
void Session::judge_by_house(CheckReport& report) const {
  const auto add = [&](std::string metric, std::string limit, Verdict verdict, std::string reason) {
    Outcome outcome;
    outcome.rule = result_of(std::move(metric), "", std::move(limit), {});
    outcome.rule.position.clear();
    outcome.rule.origin = policy::RuleOrigin::built_in;
    outcome.rule.verdict = verdict;
    outcome.rule.effect = verdict;
    outcome.rule.reason = std::move(reason);
    report.outcomes.push_back(std::move(outcome));
  };
  const bool says_how_many = std::any_of(
      input_.check.rules.begin(), input_.check.rules.end(), [](const policy::CheckRule& rule) {
        return rule.kind == CheckKind::rows && rule.min;
      });
  if (table_.rows() == 0 && !says_how_many) {
    add("rows",
        ">= 1",
        Verdict::fail,
        "the table is empty (a rule of kind rows may allow it: min = 0)");
    report.outcomes.back().rule.unit = policy::Unit::count;
    report.outcomes.back().rule.figure.new_value = 0;
  }
  for (const TableInput* input : inputs()) {
    for (const std::string& reason : input->stale) {
      add("stale_table", "made from what is there", Verdict::insufficient, reason);
    }
    report.notes.insert(report.notes.end(), input->notes.begin(), input->notes.end());
  }
}

std::vector<const TableInput*> Session::inputs() const {
  std::vector<const TableInput*> all{&input_.table};
  if (input_.baseline) {
    all.push_back(&*input_.baseline);
  }
  for (const auto& [name, table] : input_.against) {
    all.push_back(&table);
  }
  return all;
}

/// What no rule may have asked, but nobody should overlook.
void Session::note_nulls(CheckReport& report) const {
  for (const ColumnFacts& facts : report.columns) {
    if (facts.spelled_nulls > 0) {
      std::vector<std::string> spellings;
      for (const std::string& one : facts.spellings) {
        spellings.push_back(quote(one));
      }
      report.notes.push_back(fmt::format(
          "{}: {} null as text ({}), {} empty",
          facts.name,
          plural(facts.spelled_nulls, "value") + (facts.spelled_nulls == 1 ? " spells" : " spell"),
          join(spellings, ", "),
          facts.nulls == 1 ? "1 is" : format_count(facts.nulls) + " are"));
    }
    if (facts.nans + facts.infinities > 0) {
      report.notes.push_back(fmt::format("{}: {} NaN, {} infinite",
                                         facts.name,
                                         format_count(facts.nans),
                                         format_count(facts.infinities)));
    }
  }
}

CheckReport Session::run(table::Engine& engine, const CancelToken& cancel) {
  CheckReport report;
  report.name = input_.check.name;
  if (baseline_table_) {
    baseline_table_->scan(engine, crew_, cancel);
  }
  if (baseline_) {
    report.baseline = baseline_->facts();
  }
  // Before those that it is held against: time leakage asks for its newest row.
  table_.scan(engine, crew_, cancel);
  judge_rows_again(engine, cancel);
  report.table = table_.facts();
  for (auto& [name, table] : against_) {
    table.scan(engine, crew_, cancel);
    report.against.push_back(table.facts());
  }
  std::vector<Verdict> effects;
  for (const Seat& seat : seats_) {
    const std::size_t before = report.outcomes.size();
    seat.judge->conclude(report.outcomes);
    for (std::size_t i = before; i < report.outcomes.size(); ++i) {
      RuleResult& rule = report.outcomes[i].rule;
      const bool only_warns = rule.metric == "vanished_labels";
      rule.effect = policy::effect_of(
          rule.verdict, only_warns ? Severity::warn : seat.severity, seat.on_insufficient);
      effects.push_back(rule.effect);
    }
    cancel.check();
  }
  const std::size_t before_house = report.outcomes.size();
  judge_by_house(report);
  for (std::size_t i = before_house; i < report.outcomes.size(); ++i) {
    effects.push_back(report.outcomes[i].rule.effect);
  }
  for (const ColumnJudge* column : columns_) {
    if (column->is_there()) {
      report.columns.push_back(column->facts());
    }
  }
  for (const Seat& seat : seats_) {
    const std::vector<std::string> notes = seat.judge->notes();
    report.notes.insert(report.notes.end(), notes.begin(), notes.end());
  }
  note_nulls(report);
  if (pictures_) {
    report.pictures = pictures_->take(cancel);
  }
  report.verdict = policy::combine(effects);
  if (report.verdict == Verdict::skipped) {
    // A gate of which nothing was judged is no gate.
    report.verdict = Verdict::insufficient;
    report.notes.emplace_back("no rule was judged");
  }
  return report;
}

}  // namespace mlops::check
