#include "check/column_judge.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::check {
namespace {

using Kind = table::Cell::Kind;

/// "one of DE, ES, FR": of many the first.
std::string describe_values(const std::vector<std::string>& values) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> shown(
      values.begin(),
      values.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, values.size())));
  std::string text = "one of " + join(shown, ", ");
  if (values.size() > kShown) {
    text += fmt::format(" and {} more", values.size() - kShown);
  }
  return text;
}

std::string describe_length(const policy::ColumnRule& rule) {
  if (rule.min_length && rule.max_length) {
    return fmt::format("{}..{} characters", *rule.min_length, *rule.max_length);
  }
  return rule.min_length ? fmt::format(">= {} characters", *rule.min_length)
                         : fmt::format("<= {} characters", *rule.max_length);
}

/// Whether the text of a number decides, or its value.
CheckedTable::Need need_of(const policy::ColumnRule& rule) {
  using policy::ColumnType;
  const bool asks_text = !rule.values.empty() || rule.regex || rule.min_length || rule.max_length;
  const bool is_time = rule.type == ColumnType::date || rule.type == ColumnType::timestamp;
  const bool compares_text = rule.monotone && rule.type == ColumnType::text;
  return asks_text || is_time || compares_text ? CheckedTable::Need::spelling
                                               : CheckedTable::Need::values;
}

}  // namespace

/// Nothing where a question is about more than one number.
ColumnJudge::PlainNumbers ColumnJudge::PlainNumbers::of(const policy::ColumnRule& rule) {
  using policy::ColumnType;
  PlainNumbers plain;
  plain.is_asked = need_of(rule) == CheckedTable::Need::values && !rule.monotone &&
                   rule.type != ColumnType::boolean;
  plain.is_whole = rule.type == ColumnType::integer;
  plain.low = std::max(plain.low, rule.min.value_or(plain.low));
  plain.high = std::min(plain.high, rule.max.value_or(plain.high));
  return plain;
}

ColumnJudge::ColumnJudge(const policy::ColumnRule& rule, CheckedTable& table)
    : rule_(rule), table_(table), plain_(PlainNumbers::of(rule)) {
  facts_.name = rule.name;
  if (rule.type) {
    ask("type", std::string(to_string(*rule.type)), [type = *rule.type](const table::Cell& cell) {
      return has_type(cell, type);
    });
  }
  if (!rule.range.empty()) {
    ask("range", rule.range, [&rule](const table::Cell& cell) {
      const auto number = number_in(cell, rule.type);
      // What is not of the type breaks that rule and no other.
      return number ? (!rule.min || *number >= *rule.min) && (!rule.max || *number <= *rule.max)
                    : rule.type.has_value();
    });
  }
  if (!rule.values.empty()) {
    allowed_ = std::make_unique<AllowedValues>(rule);
    ask("values", describe_values(rule.values), [this](const table::Cell& cell) {
      return allowed_->has(cell);
    });
  }
  if (rule.regex) {
    pattern_ = std::make_unique<Pattern>(*rule.regex, config::to_string(rule.position));
    ask("regex", *rule.regex, [this](const table::Cell& cell) {
      return pattern_->matches(cell.text);
    });
  }
  ask_length();
  ask_order();
  if (table.has(rule.name)) {
    place_ = table.want(rule.name, need_of(rule));
    table.watch(*this);
  }
}

void ColumnJudge::ask(std::string metric,
                      std::string limit,
                      std::function<bool(const table::Cell&)> holds) {
  Question question;
  question.is_type = metric == "type";
  question.outcome.rule =
      result_of(std::move(metric), rule_.name, std::move(limit), rule_.position);
  question.holds = std::move(holds);
  questions_.push_back(std::move(question));
}

void ColumnJudge::ask_length() {
  if (!rule_.min_length && !rule_.max_length) {
    return;
  }
  ask("length", describe_length(rule_), [this](const table::Cell& cell) {
    const std::uint64_t length = length_of(cell.text);
    return (!rule_.min_length || length >= *rule_.min_length) &&
           (!rule_.max_length || length <= *rule_.max_length);
  });
}

/// Values are asked in the order of the rows. A text is neither before nor after a number.
void ColumnJudge::ask_order() {
  if (!rule_.monotone) {
    return;
  }
  const bool rises = *rule_.monotone == policy::Monotone::increasing;
  ask("monotone",
      std::string(to_string(*rule_.monotone)),
      [this, rises, is_first = true](const table::Cell& cell) mutable {
        const auto number =
            rule_.type == policy::ColumnType::text ? std::nullopt : number_in(cell, rule_.type);
        bool holds = is_first || number.has_value() == number_before_.has_value();
        if (holds && !is_first && number) {
          holds = rises ? *number >= *number_before_ : *number <= *number_before_;
        } else if (holds && !is_first) {
          holds = rises ? cell.text >= text_before_ : cell.text <= text_before_;
        }
        is_first = false;
        number_before_ = number;
        text_before_ = cell.text;
        return holds;
      });
}

void ColumnJudge::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[*place_];
  std::uint64_t plain = 0;
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (cells.kind(i) == Kind::number && plain_.holds(cells.number(i))) {
      ++plain;
      continue;
    }
    const table::Cell cell = cells[i];
    count(cell);
    // NaN is a value only where the type says what a value is.
    const bool is_value =
        cell.kind != Kind::null && (!is_nan(cell) || rule_.type == policy::ColumnType::integer);
    if (is_value) {
      see_value(cells, i, rows.first + i);
    }
  }
  facts_.numbers += plain;
  for (Question& question : questions_) {
    question.asked += plain;
  }
}

void ColumnJudge::count(const table::Cell& cell) {
  constexpr std::size_t kSpellings = 8;
  if (cell.kind == Kind::null) {
    ++facts_.nulls;
  } else if (cell.kind == Kind::number) {
    ++(std::isnan(cell.number)   ? facts_.nans
       : std::isinf(cell.number) ? facts_.infinities
                                 : facts_.numbers);
  } else {
    ++facts_.texts;
    if (spells_null(cell.text)) {
      ++facts_.spelled_nulls;
      const auto found =
          std::lower_bound(facts_.spellings.begin(), facts_.spellings.end(), cell.text);
      const bool known = found != facts_.spellings.end() && *found == cell.text;
      if (!known && facts_.spellings.size() < kSpellings) {
        facts_.spellings.emplace(found, cell.text);
      }
    }
  }
}

void ColumnJudge::see_value(const table::ScannedColumn& cells, std::size_t i, std::uint64_t row) {
  const table::Cell cell = cells[i];
  for (Question& question : questions_) {
    if (!question.is_type && is_nan(cell)) {
      continue;
    }
    ++question.asked;
    if (question.holds(cell)) {
      continue;
    }
    ++question.broken;
    if (question.first.size() < kExamples) {
      question.first.emplace_back(row, cells.spelling(i));
    }
  }
}

/// Null, NaN and infinities apart: each may take the share that `nullable` says.
void ColumnJudge::conclude_share(std::vector<Outcome>& outcomes,
                                 std::string metric,
                                 std::uint64_t count) {
  Outcome outcome;
  outcome.rule = result_of(std::move(metric), rule_.name, at_most(*rule_.nullable), rule_.position);
  judge_share(outcome.rule, count, table_.rows(), *rule_.nullable, "row");
  outcomes.push_back(std::move(outcome));
}

void ColumnJudge::conclude(std::vector<Outcome>& outcomes) {
  if (rule_.required) {
    Outcome outcome;
    outcome.rule = result_of("required", rule_.name, "present", rule_.position);
    outcome.rule.verdict = is_there() ? Verdict::pass : Verdict::fail;
    outcome.rule.reason = is_there() ? "" : "there is no such column";
    outcomes.push_back(std::move(outcome));
  }
  if (is_there() && rule_.nullable) {
    conclude_share(outcomes, "null_share", facts_.nulls);
    if (facts_.nans > 0) {
      conclude_share(outcomes, "nan_share", facts_.nans);
    }
    if (facts_.infinities > 0) {
      conclude_share(outcomes, "inf_share", facts_.infinities);
    }
  }
  for (Question& question : questions_) {
    RuleResult& rule = question.outcome.rule;
    if (!is_there()) {
      rule.reason = "there is no such column";  // whether there must be one is `required`
    } else {
      judge_count(rule, question.broken, question.asked, "value");
      for (auto& [row, value] : question.first) {
        question.outcome.examples.push_back(table_.example(row, std::move(value)));
      }
    }
    outcomes.push_back(std::move(question.outcome));
  }
}

}  // namespace mlops::check
