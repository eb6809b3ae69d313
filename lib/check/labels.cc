#include "check/labels.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "check/row_hash.h"
#include "table/cell.h"

namespace mlops::check {
namespace {

constexpr double kUsualImbalance = 10;

/// Integers beyond it are equal only digit by digit, which a profile does not have.
bool has_huge(const ValueCells& numbers) {
  constexpr double kExact = 9007199254740992;  // 2^53
  return std::any_of(numbers.list().begin(), numbers.list().end(), [](const ValueCell& cell) {
    const double number = std::abs(number_of(cell.low));
    return std::isfinite(number) && number >= kExact;
  });
}

}  // namespace

LabelCounts::LabelCounts(const std::string& column, CheckedTable& table) {
  if (!table.has(column)) {
    problem_ = fmt::format("{} has no column {}", quote(table.name()), quote(column));
    return;
  }
  place_ = table.want(column);
  table.watch(*this);
}

LabelCounts::LabelCounts(const std::string& column,
                         const Profile& profile,
                         const LabelCounts& others) {
  const ProfileColumn* const kept = profile.find(column);
  if (kept == nullptr) {
    problem_ = fmt::format("{} has no column {}", quote(profile.name), quote(column));
    return;
  }
  if (kept->is_time || !kept->is_exact() || has_huge(kept->numbers)) {
    problem_ =
        "a profile does not keep labels that look personal, are many, or are numbers beyond 2^53";
    return;
  }
  RowHasher hasher(profile.key);
  std::map<std::uint64_t, std::string> names;
  const auto name = [&](const std::string& label) {
    names.try_emplace(hasher.kept_hash(table::parse_cell(label)), label);
  };
  for (const auto& [label, count] : others.counts()) {
    name(label);
  }
  std::for_each(kept->names.begin(), kept->names.end(), name);
  if (kept->nans > 0) {
    counts_[table::canonical_label(table::parse_cell("nan"))] = {kept->nans, 0};
  }
  for (const ValueCell& cell : kept->numbers.list()) {
    const std::string text = fmt::format("{}", number_of(cell.low));
    counts_[table::canonical_label(table::parse_cell(text))] = {cell.count, 0};
  }
  for (const ValueCell& cell : kept->texts.list()) {
    const auto found = names.find(cell.low);
    counts_[found != names.end() ? found->second
                                 : fmt::format("a text that the profile does not name ({:08x})",
                                               cell.low >> 32U)] = {cell.count, 0};
  }
}

void LabelCounts::see(const Rows& rows) {
  if (!problem_.empty()) {
    return;
  }
  const table::ScannedColumn& cells = rows.columns[*place_];
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (cells[i].kind == table::Cell::Kind::null) {
      continue;
    }
    const auto [found, is_new] =
        counts_.try_emplace(table::canonical_label(cells[i]), Count{0, rows.first + i});
    ++found->second.rows;
    if (counts_.size() > kMost) {
      problem_ = fmt::format("more than {} different values", format_count(kMost));
      counts_.clear();
      return;
    }
  }
}

Imbalance::Imbalance(const policy::CheckRule& rule, const std::string& column, CheckedTable& table)
    : rule_(result_of(
          "imbalance", column, at_most(rule.max.value_or(kUsualImbalance)), rule.position)),
      max_(rule.max.value_or(kUsualImbalance)),
      labels_(column, table) {}

void Imbalance::conclude(std::vector<Outcome>& outcomes) {
  Outcome outcome;
  outcome.rule = rule_;
  const auto& counts = labels_.counts();
  if (!labels_.problem().empty() || counts.size() < 2) {
    set_insufficient(outcome.rule,
                     labels_.problem().empty() ? std::string(counts.empty() ? "there are no labels"
                                                                            : "there is one label")
                                               : labels_.problem());
  } else {
    const auto [rarest, commonest] =
        std::minmax_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
          return a.second.rows < b.second.rows;
        });
    policy::Limit limit;
    limit.max = max_;
    for (const auto& [label, count] : counts) {
      outcome.rule.figure.n += count.rows;
    }
    outcome.rule.figure.new_value =
        static_cast<double>(commonest->second.rows) / static_cast<double>(rarest->second.rows);
    outcome.rule.verdict = policy::judge(limit, outcome.rule.figure, policy::Decide::point).verdict;
    outcome.rule.detail = fmt::format("{} to {}, {}",
                                      format_count(commonest->second.rows),
                                      format_count(rarest->second.rows),
                                      plural(counts.size(), "label"));
  }
  outcomes.push_back(std::move(outcome));
}

NewLabels::NewLabels(const policy::CheckRule& rule,
                     const std::string& column,
                     CheckedTable& table,
                     Baseline baseline)
    : rule_(rule), column_(column), table_(table), baseline_(baseline), labels_(column, table) {
  if (baseline.table() != nullptr) {
    known_.emplace(column, *baseline.table());
  }
}

void NewLabels::conclude_one(std::vector<Outcome>& outcomes,
                             std::string metric,
                             const LabelCounts& here,
                             const LabelCounts& there) {
  const double max = rule_.max.value_or(0);
  Outcome outcome;
  outcome.rule = result_of(std::move(metric), column_, at_most(max), rule_.position);
  const std::string& problem = here.problem().empty() ? there.problem() : here.problem();
  const bool is_empty = here.counts().empty() || there.counts().empty();
  if (!problem.empty() || is_empty) {
    set_insufficient(outcome.rule, problem.empty() ? "there are no labels" : problem);
    outcomes.push_back(std::move(outcome));
    return;
  }
  std::uint64_t count = 0;
  const bool is_table = &here == &labels_;
  for (const auto& [label, seen] : here.counts()) {
    if (there.counts().contains(label)) {
      continue;
    }
    if (++count <= kExamples) {
      outcome.examples.push_back(is_table ? table_.example(seen.first_row, label)
                                          : Example{{}, 0, label});
    }
  }
  outcome.rule.unit = policy::Unit::count;
  outcome.rule.figure.n = here.counts().size();
  outcome.rule.figure.new_value = static_cast<double>(count);
  outcome.rule.detail =
      fmt::format("{} of {}", format_count(count), plural(here.counts().size(), "label"));
  policy::Limit limit;
  limit.max = max;
  outcome.rule.verdict = policy::judge(limit, outcome.rule.figure, policy::Decide::point).verdict;
  outcomes.push_back(std::move(outcome));
}

void NewLabels::conclude(std::vector<Outcome>& outcomes) {
  if (!known_) {
    known_.emplace(column_, *baseline_.profile(), labels_);
  }
  conclude_one(outcomes, "new_labels", labels_, *known_);
  conclude_one(outcomes, "vanished_labels", *known_, labels_);
}

}  // namespace mlops::check
