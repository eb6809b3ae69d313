#include "check/repeated_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace mlops::check {
namespace {

bool has_value(const Rows& rows, const std::vector<std::size_t>& places, std::size_t row) {
  return std::any_of(places.begin(), places.end(), [&](std::size_t place) {
    return rows.columns[place].kind(row) != table::Cell::Kind::null;
  });
}

/// The first that the table lacks; empty where it has all.
std::string first_missing(const std::vector<std::string>& columns, const CheckedTable& table) {
  const auto found = std::find_if(
      columns.begin(), columns.end(), [&](const auto& name) { return !table.has(name); });
  return found == columns.end() ? std::string() : *found;
}

std::vector<std::size_t> want_all(const std::vector<std::string>& columns, CheckedTable& table) {
  std::vector<std::size_t> places;
  places.reserve(columns.size());
  for (const std::string& name : columns) {
    places.push_back(table.want(name, CheckedTable::Need::values));
  }
  return places;
}

}  // namespace

RepeatedRows::RepeatedRows(Question question, CheckedTable& table, SpillFile& file)
    : question_(std::move(question)), table_(table), seen_(file) {
  const std::vector<std::string>& columns =
      question_.columns.empty() ? table.columns() : question_.columns;
  missing_ = first_missing(columns, table);
  if (missing_.empty()) {
    places_ = want_all(columns, table);
    table.watch(*this);
  }
}

void RepeatedRows::see(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (question_.nulls == Nulls::skip && !has_value(rows, places_, i)) {
      continue;
    }
    ++rows_;
    seen_.add({hasher_.hash(rows, places_, i), 0, rows.first + i});
  }
}

void RepeatedRows::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = question_.rule;
  if (!missing_.empty()) {
    // Of a key a missing column is no lack of evidence.
    set_insufficient(outcome.rule, fmt::format("there is no column {}", quote(missing_)));
    outcome.rule.verdict = question_.as_count ? Verdict::fail : Verdict::insufficient;
    outcomes.push_back(std::move(outcome));
    return;
  }
  std::uint64_t repeated = 0;
  FirstRows first(kExamples);
  std::optional<RowHash> before;
  HashedRows::Cursor cursor = seen_.read();
  while (const auto one = cursor.next()) {
    if (before == one->hash) {
      ++repeated;
      first.offer(one->row);
    }
    before = one->hash;
  }
  const std::string_view what = question_.nulls == Nulls::skip ? "value" : "row";
  if (question_.as_count) {
    judge_count(outcome.rule, repeated, rows_, what);
  } else {
    judge_share(outcome.rule, repeated, rows_, question_.max, what);
  }
  for (const std::uint64_t row : first.rows()) {
    outcome.examples.push_back(table_.example(row, {}));
  }
  outcomes.push_back(std::move(outcome));
}

ConflictingLabels::ConflictingLabels(const policy::CheckRule& rule,
                                     const policy::Check& check,
                                     CheckedTable& table,
                                     SpillFile& file)
    : table_(table),
      rule_(result_of("conflicts", "", at_most(rule.max.value_or(0)), rule.position)),
      max_(rule.max.value_or(0)),
      seen_(file) {
  const std::vector<std::string> features = feature_columns(rule, check, table);
  const std::string missing = first_missing(features, table);
  if (!check.label) {
    rule_.reason = "the check names no label";
  } else if (!table.has(*check.label)) {
    rule_.reason = fmt::format("there is no column {}", quote(*check.label));
  } else if (features.empty() || !missing.empty()) {
    rule_.reason = missing.empty() ? "there is no feature column"
                                   : fmt::format("there is no column {}", quote(missing));
  } else {
    label_ = table.want(*check.label);
    places_ = want_all(features, table);
    table.watch(*this);
  }
}

void ConflictingLabels::see(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (rows.columns[*label_].kind(i) == table::Cell::Kind::null) {
      continue;  // no label contradicts none
    }
    const std::uint64_t label = hasher_.kept_hash(rows.columns[*label_][i]);
    seen_.add({hasher_.hash(rows, places_, i), label, rows.first + i});
  }
}

void ConflictingLabels::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = rule_;
  if (!label_) {
    outcome.rule.verdict = Verdict::insufficient;
    outcomes.push_back(std::move(outcome));
    return;
  }
  std::uint64_t conflicting = 0;
  FirstRows first(kExamples);
  // Rows of one hash: their number, their first ones, and whether a second label came.
  struct Group {
    HashedRow begin;
    std::uint64_t size = 0;
    bool conflicts = false;
    FirstRows first = FirstRows(kExamples);
  };
  std::optional<Group> group;
  const auto close = [&] {
    if (group && group->conflicts) {
      conflicting += group->size;
      std::for_each(group->first.rows().begin(), group->first.rows().end(), [&](std::uint64_t row) {
        first.offer(row);
      });
    }
  };
  HashedRows::Cursor cursor = seen_.read();
  while (const auto one = cursor.next()) {
    if (!group || group->begin.hash != one->hash) {
      close();
      group = Group{*one};
    }
    ++group->size;
    group->conflicts = group->conflicts || group->begin.tag != one->tag;
    group->first.offer(one->row);
  }
  close();
  judge_share(outcome.rule, conflicting, table_.rows(), max_, "row");
  for (const std::uint64_t row : first.rows()) {
    outcome.examples.push_back(table_.example(row, {}));
  }
  outcomes.push_back(std::move(outcome));
}

std::vector<std::string> feature_columns(const policy::CheckRule& rule,
                                         const policy::Check& check,
                                         const CheckedTable& table,
                                         const std::vector<std::string>& others) {
  if (!rule.columns.empty()) {
    return rule.columns;
  }
  const auto is_in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<std::string> columns;
  for (const std::string& name : table.columns()) {
    if (name != check.label && !is_in(check.key, name) && !is_in(others, name)) {
      columns.push_back(name);
    }
  }
  return columns;
}

}  // namespace mlops::check
