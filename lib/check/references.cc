#include "check/references.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::check {
namespace {

constexpr std::uint64_t kThere = 0;  // sorts before
constexpr std::uint64_t kHere = 1;

std::string missing_column(const CheckedTable& table, const std::vector<std::string>& columns) {
  const auto found = std::find_if(
      columns.begin(), columns.end(), [&](const auto& name) { return !table.has(name); });
  return found == columns.end()
             ? std::string()
             : fmt::format("{} has no column {}", quote(table.name()), quote(*found));
}

}  // namespace

References::Side::Side(References& references,
                       CheckedTable& table,
                       const std::vector<std::string>& columns,
                       std::uint64_t tag)
    : references_(references), tag_(tag) {
  for (const std::string& name : columns) {
    places_.push_back(table.want(name));
  }
  table.watch(*this);
}

void References::Side::see(const Rows& seen) {
  for (std::size_t i = 0; i < seen.size; ++i) {
    const bool is_whole = std::all_of(places_.begin(), places_.end(), [&](std::size_t place) {
      return seen.columns[place][i].kind != table::Cell::Kind::null;
    });
    if (is_whole) {
      ++rows;
      references_.seen_.add({references_.hasher_.hash(seen, places_, i), tag_, seen.first + i});
    }
  }
}

References::References(const policy::CheckRule& rule,
                       CheckedTable& table,
                       CheckedTable& against,
                       SpillFile& file)
    : rule_(result_of(
          "reference", join(rule.columns, ", "), at_most(rule.max.value_or(0)), rule.position)),
      max_(rule.max.value_or(0)),
      table_(table),
      seen_(file) {
  const std::vector<std::string>& key = rule.key.empty() ? rule.columns : rule.key;
  rule_.reason = missing_column(table, rule.columns);
  if (rule_.reason.empty()) {
    rule_.reason = missing_column(against, key);
  }
  if (rule_.reason.empty()) {
    there_ = std::make_unique<Side>(*this, against, key, kThere);
    here_ = std::make_unique<Side>(*this, table, rule.columns, kHere);
  }
}

void References::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = rule_;
  if (!here_) {
    outcome.rule.verdict = Verdict::insufficient;
    outcomes.push_back(std::move(outcome));
    return;
  }
  std::uint64_t dangling = 0;
  FirstRows first(kExamples);
  std::optional<RowHash> known;
  HashedRows::Cursor cursor = seen_.read();
  while (const auto one = cursor.next()) {
    if (one->tag == kThere) {
      known = one->hash;
    } else if (known != one->hash) {
      ++dangling;
      first.offer(one->row);
    }
  }
  judge_share(outcome.rule, dangling, here_->rows, max_, "row");
  for (const std::uint64_t row : first.rows()) {
    outcome.examples.push_back(table_.example(row, {}));
  }
  outcomes.push_back(std::move(outcome));
}

}  // namespace mlops::check
