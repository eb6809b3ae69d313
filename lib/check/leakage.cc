#include "check/leakage.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "check/freshness.h"
#include "check/repeated_rows.h"

namespace mlops::check {
namespace {

constexpr std::uint64_t kTraining = 0;  // sorts before
constexpr std::uint64_t kValidation = 1;

/// Why two tables cannot be compared in these columns; empty: they can.
std::string find_problem(const std::vector<std::string>& columns,
                         const CheckedTable& table,
                         const CheckedTable& against) {
  for (const CheckedTable* one : {&table, &against}) {
    for (const std::string& name : columns) {
      if (!one->has(name)) {
        return fmt::format("{} has no column {}", quote(one->name()), quote(name));
      }
    }
  }
  return columns.empty() ? "there is no column to compare by" : "";
}

}  // namespace

Overlap::Side::Side(Overlap& overlap, CheckedTable& table, std::uint64_t tag)
    : overlap_(overlap), tag_(tag) {
  for (const std::string& name : overlap.question_.columns) {
    places_.push_back(table.want(name));
  }
  table.watch(*this);
}

void Overlap::Side::see(const Rows& seen) {
  for (std::size_t i = 0; i < seen.size; ++i) {
    const bool has_value = std::any_of(places_.begin(), places_.end(), [&](std::size_t place) {
      return seen.columns[place][i].kind != table::Cell::Kind::null;
    });
    if (has_value) {
      ++rows;
      overlap_.seen_.add({overlap_.hasher_.hash(seen, places_, i, overlap_.question_.digits),
                          tag_,
                          seen.first + i});
    }
  }
}

Overlap::Overlap(Question question, CheckedTable& table, CheckedTable& against, SpillFile& file)
    : question_(std::move(question)),
      against_(against),
      problem_(find_problem(question_.columns, table, against)),
      seen_(file) {
  if (problem_.empty()) {
    training_ = std::make_unique<Side>(*this, table, kTraining);
    validation_ = std::make_unique<Side>(*this, against, kValidation);
  }
}

void Overlap::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = question_.rule;
  if (!problem_.empty() || training_->rows == 0) {
    set_insufficient(outcome.rule, problem_.empty() ? "there is no row to train on" : problem_);
    outcomes.push_back(std::move(outcome));
    return;
  }
  std::uint64_t leaked = 0;
  FirstRows first(kExamples);
  std::optional<RowHash> trained;
  HashedRows::Cursor cursor = seen_.read();
  while (const auto one = cursor.next()) {
    if (one->tag == kTraining) {
      trained = one->hash;
    } else if (trained == one->hash) {
      ++leaked;
      first.offer(one->row);
    }
  }
  judge_share(outcome.rule, leaked, validation_->rows, question_.max, "validation row");
  for (const std::uint64_t row : first.rows()) {
    outcome.examples.push_back(against_.example(row, {}));
    std::string& file = outcome.examples.back().file;
    file = file.empty() ? against_.name() : file;
  }
  outcomes.push_back(std::move(outcome));
}

TimeOverlap::TimeOverlap(const policy::CheckRule& rule, CheckedTable& table, CheckedTable& against)
    : rule_(result_of("leakage time", *rule.time, at_most(rule.max.value_or(0)), rule.position)),
      max_(rule.max.value_or(0)),
      against_(against),
      problem_(find_problem({*rule.time}, table, against)),
      validation_(training_) {
  if (problem_.empty()) {
    training_.place = table.want(*rule.time);
    validation_.place = against.want(*rule.time);
    table.watch(training_);
    against.watch(validation_);
  }
}

void TimeOverlap::Training::see(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (const auto time = time_of(rows.columns[place][i])) {
      newest = std::max(newest.value_or(*time), *time);
    }
  }
}

void TimeOverlap::Validation::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[place];
  for (std::size_t i = 0; i < rows.size; ++i) {
    const auto time = time_of(cells[i]);
    if (!time) {
      continue;
    }
    ++times;
    if (training_.newest && *time <= *training_.newest) {
      ++early;
      if (first.size() < kExamples) {
        first.push_back(rows.first + i);
      }
    }
  }
}

void TimeOverlap::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = rule_;
  if (!problem_.empty() || !training_.newest || validation_.times == 0) {
    set_insufficient(outcome.rule,
                     problem_.empty() ? "there are no dates or timestamps" : problem_);
    outcomes.push_back(std::move(outcome));
    return;
  }
  judge_share(outcome.rule, validation_.early, validation_.times, max_, "validation row");
  for (const std::uint64_t row : validation_.first) {
    outcome.examples.push_back(against_.example(row, {}));
    std::string& file = outcome.examples.back().file;
    file = file.empty() ? against_.name() : file;
  }
  outcomes.push_back(std::move(outcome));
}

std::vector<std::unique_ptr<Judge>> leakage_judges(const policy::CheckRule& rule,
                                                   const policy::Check& check,
                                                   CheckedTable& table,
                                                   CheckedTable& against,
                                                   SpillFile& file) {
  const double max = rule.max.value_or(0);
  std::vector<std::string> others;
  for (const auto& name : {rule.group, rule.time}) {
    if (name) {
      others.push_back(*name);
    }
  }
  std::vector<std::unique_ptr<Judge>> judges;
  const auto add = [&](std::string metric,
                       std::string column,
                       std::vector<std::string> columns,
                       std::optional<std::uint64_t> digits) {
    Overlap::Question question;
    question.rule = result_of(std::move(metric), std::move(column), at_most(max), rule.position);
    question.columns = std::move(columns);
    question.max = max;
    question.digits = digits;
    judges.push_back(std::make_unique<Overlap>(std::move(question), table, against, file));
  };
  const std::vector<std::string> features = feature_columns(rule, check, table, others);
  add("leakage exact", "", features, std::nullopt);
  if (rule.near_digits) {
    add("leakage near", "", features, rule.near_digits);
  }
  if (!check.key.empty()) {
    add("leakage key", join(check.key, ", "), check.key, std::nullopt);
  }
  if (rule.group) {
    add("leakage group", *rule.group, {*rule.group}, std::nullopt);
  }
  if (rule.time) {
    judges.push_back(std::make_unique<TimeOverlap>(rule, table, against));
  }
  return judges;
}

}  // namespace mlops::check
