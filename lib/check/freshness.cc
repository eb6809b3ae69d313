#include "check/freshness.h"

#include <fmt/format.h>

#include "base/time_text.h"
#include "base/units.h"

namespace mlops::check {
namespace {

constexpr double kMicrosADay = 86'400e6;
constexpr double kMillisADay = 86'400e3;

double days_of(const policy::CheckRule& rule) {
  return static_cast<double>(rule.max_age->count()) / kMillisADay;
}

}  // namespace

std::optional<std::int64_t> time_of(const table::Cell& cell) {
  if (cell.kind != table::Cell::Kind::text) {
    return std::nullopt;
  }
  const auto date = parse_date(cell.text);
  return date ? date : parse_timestamp(cell.text);
}

Freshness::Freshness(const policy::CheckRule& rule, CheckedTable& table, std::int64_t now_us)
    : rule_(rule), table_(table), now_us_(now_us) {
  if (table.has(*rule.time)) {
    place_ = table.want(*rule.time);
    table.watch(*this);
  }
}

void Freshness::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[*place_];
  for (std::size_t i = 0; i < rows.size; ++i) {
    const auto time = time_of(cells[i]);
    if (!time) {
      others_ += cells[i].kind == table::Cell::Kind::null ? 0U : 1U;
      continue;
    }
    ++times_;
    if (!newest_ || *time > *newest_) {
      newest_ = time;
      newest_row_ = rows.first + i;
    }
  }
}

void Freshness::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  RuleResult& rule = outcome.rule;
  rule = result_of(
      "freshness", *rule_.time, fmt::format("<= {:g} days", days_of(rule_)), rule_.position);
  rule.figure.n = times_;
  if (!place_) {
    set_insufficient(rule, "there is no such column");
  } else if (!newest_) {
    set_insufficient(rule,
                     others_ > 0 ? "the values are no dates or timestamps" : "there is no value");
  } else {
    policy::Limit limit;
    limit.max = days_of(rule_);
    rule.figure.new_value =
        (static_cast<double>(now_us_) - static_cast<double>(*newest_)) / kMicrosADay;
    rule.verdict = policy::judge(limit, rule.figure, policy::Decide::point).verdict;
    rule.detail = "days since the newest row";
    // Clocks and time zones differ by less: one such row would make any table fresh.
    if (*rule.figure.new_value < -1) {
      rule.verdict = Verdict::fail;
      rule.detail += ", which lies in the future";
    }
    if (others_ > 0) {
      rule.detail += fmt::format(", {} no times", plural(others_, "value"));
    }
    if (rule.verdict == Verdict::fail) {
      outcome.examples.push_back(table_.example(newest_row_, {}));
    }
  }
  outcomes.push_back(std::move(outcome));
}

}  // namespace mlops::check
