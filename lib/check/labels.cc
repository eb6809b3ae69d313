#include "check/labels.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace mlops::check {
namespace {

constexpr double kUsualImbalance = 10;

}  // namespace

LabelCounts::LabelCounts(const std::string& column, CheckedTable& table) {
  if (!table.has(column)) {
    problem_ = fmt::format("{} has no column {}", quote(table.name()), quote(column));
    return;
  }
  place_ = table.want(column);
  table.watch(*this);
}

void LabelCounts::see(const Rows& rows) {
  if (!problem_.empty()) {
    return;
  }
  const table::ColumnCells& cells = rows.columns[*place_];
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
                     CheckedTable& baseline)
    : rule_(rule),
      column_(column),
      table_(table),
      labels_(column, table),
      known_(column, baseline) {}

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
  conclude_one(outcomes, "new_labels", labels_, known_);
  conclude_one(outcomes, "vanished_labels", known_, labels_);
}

}  // namespace mlops::check
