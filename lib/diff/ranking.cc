#include "diff/ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/cells.h"
#include "diff/changed_rows.h"
#include "diff/ranked_lists.h"
#include "diff/row_order.h"
#include "diff/row_reader.h"
#include "diff/slice_values.h"
#include "diff/worst.h"

namespace mlops::diff {
namespace {

using Key = std::vector<HeldCell>;

/// Rows that are not matched come as their own table spells them.
HeldCell canonical_cell(const table::Cell& cell) {
  HeldCell held(cell);
  held.text = table::canonical_label(cell);
  return held;
}

std::string text_of(const Key& key) {
  std::string text;
  for (const HeldCell& part : key) {
    text += (text.empty() ? "" : ", ") +
            (part.kind == table::Cell::Kind::null ? std::string("(none)") : part.text);
  }
  return text;
}

class RankingCollector {
 public:
  RankingCollector(const ColumnPlan& plan, const policy::PredictionSet& set, const ListedRows& rows)
      : plan_(plan),
        worst_(rows.worst),
        changed_limit_(rows.changed),
        slices_(slice_values_of(plan)) {
    out_.samples.task = set.task;
    out_.samples.has_labels = plan.label.has_value();
    out_.seen.slice_differences.resize(plan.first_searched);
    out_.searched = plan.searched;
  }

  void take(const table::AlignedBatch& batch) {
    for (std::size_t row = 0; row < batch.old_rows.size(); ++row) {
      take(RowRef{batch, row});
    }
  }
  Collected finish(table::Alignment alignment);

 private:
  void take(const RowRef& at);
  std::optional<double> score(const RowRef& at, bool is_old);
  double relevance(const RowRef& at, bool in_old, bool in_new);
  void check_labels(const RowRef& at);
  void keep_facts(const RowRef& at, Query& query, const HeldCell& item, bool in_old) const;
  void finish(const Key& key, Query& query);
  void list(
      const Key& key, const Query& query, const RankedList& o, const RankedList& n, double badness);
  void list_single(const Key& key, const Query& query);
  void add_changed(ChangedRow row);
  void sort_units();

  const ColumnPlan& plan_;
  WorstRows worst_;
  std::size_t changed_limit_;
  std::vector<SliceValues> slices_;
  std::map<Key, Query> queries_;
  std::vector<std::uint64_t> hashes_;
  std::set<std::pair<std::uint64_t, std::string>> singles_;
  Collected out_;
};

std::optional<double> RankingCollector::score(const RowRef& at, bool is_old) {
  const table::Cell& cell =
      is_old ? old_cell(at, *plan_.prediction) : new_cell(at, *plan_.prediction);
  const double value = number_of(cell,
                                 at,
                                 plan_.prediction->name,
                                 is_old ? Side::old_version : Side::new_version,
                                 is_old ? plan_.request.old_table : plan_.request.new_table);
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

/// An item that nobody judged is not relevant, as evaluations of retrieval have it.
double RankingCollector::relevance(const RowRef& at, bool in_old, bool in_new) {
  if (!plan_.label) {
    return 0;
  }
  const bool from_old = in_old && (plan_.label->in_old || !in_new);
  const table::Source& source = from_old ? plan_.request.old_table : plan_.request.new_table;
  const table::Cell& cell = from_old ? old_cell(at, *plan_.label) : new_cell(at, *plan_.label);
  const double value = number_of(
      cell, at, plan_.label->name, from_old ? Side::old_version : Side::new_version, source);
  if (value < 0 || std::isinf(value)) {
    throw Error(ErrorKind::config,
                fmt::format("{}: the relevance of {} is not a number of at least 0",
                            quote(source.name),
                            quote(key_text(at))));
  }
  return std::isnan(value) ? 0 : value;
}

void RankingCollector::check_labels(const RowRef& at) {
  if (!plan_.label || !plan_.label->in_old || !plan_.label->in_new) {
    return;
  }
  const table::Cell& o = old_cell(at, *plan_.label);
  const table::Cell& n = new_cell(at, *plan_.label);
  if (table::same_value(o, n)) {
    return;
  }
  std::string mismatch = fmt::format("{}: {} -> {}", key_text(at), cell_text(o), cell_text(n));
  std::string& first = out_.seen.first_mismatch;
  if (out_.seen.label_mismatches++ == 0 || mismatch < first) {
    first = std::move(mismatch);
  }
}

void RankingCollector::keep_facts(const RowRef& at,
                                  Query& query,
                                  const HeldCell& item,
                                  bool in_old) const {
  if (query.facts && !(item < query.facts->item)) {
    return;
  }
  const auto own = [&](const PlannedColumn& column) -> const table::Cell& {
    return in_old && column.in_old ? old_cell(at, column) : new_cell(at, column);
  };
  Facts facts{item, {}, std::nullopt, extra_cells(at, plan_.extra)};
  for (const PlannedColumn& column : plan_.slices) {
    facts.slices.emplace_back(own(column));
  }
  if (plan_.weight) {
    const double weight = own(*plan_.weight).number;
    if (own(*plan_.weight).kind != table::Cell::Kind::number || !(weight >= 0) ||
        std::isinf(weight)) {
      throw Error(
          ErrorKind::config,
          fmt::format("the weight of {} is not a number of at least 0", quote(key_text(at))));
    }
    facts.weight = weight;
  }
  query.facts = std::move(facts);
}

void RankingCollector::take(const RowRef& at) {
  const auto& keys = at.batch.keys;
  Key key;
  key.reserve(keys.size());
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    key.push_back(canonical_cell(keys[i][at.row]));
  }
  const bool in_old = at.batch.old_rows[at.row] != table::AlignedBatch::kAbsent;
  const bool in_new = at.batch.new_rows[at.row] != table::AlignedBatch::kAbsent;
  Item item{canonical_cell(keys.back()[at.row]), std::nullopt, std::nullopt, 0};
  item.old_score = in_old ? score(at, true) : std::nullopt;
  item.new_score = in_new ? score(at, false) : std::nullopt;
  item.relevance = relevance(at, in_old, in_new);
  if (in_old && in_new) {
    check_labels(at);
    const bool was_finite = item.old_score && std::isfinite(*item.old_score);
    const bool is_finite = item.new_score && std::isfinite(*item.new_score);
    out_.seen.new_nonfinite += was_finite && !is_finite ? 1U : 0U;
  }
  Query& query = queries_[key];
  query.in_old = query.in_old || in_old;
  query.in_new = query.in_new || in_new;
  keep_facts(at, query, item.name, in_old);
  query.items.push_back(std::move(item));
}

void RankingCollector::add_changed(ChangedRow row) {
  if (out_.changed_rows.size() < changed_limit_) {
    out_.changed_rows.push_back(std::move(row));
  } else {
    ++out_.changed_rows_left_out;
  }
}

void RankingCollector::list_single(const Key& key, const Query& query) {
  const std::string text = text_of(key);
  singles_.emplace(text_hash(text), text);
  if (singles_.size() > kSingleKeysShown) {
    singles_.erase(std::prev(singles_.end()));
  }
  ChangedRow row;
  row.kind = query.in_old ? ChangedRow::Kind::only_old : ChangedRow::Kind::only_new;
  for (const HeldCell& part : key) {
    row.key.push_back(part.text);
  }
  row.extra = query.facts->extra;
  add_changed(std::move(row));
}

void RankingCollector::list(
    const Key& key, const Query& query, const RankedList& o, const RankedList& n, double badness) {
  ++out_.seen.changed;
  out_.samples.changed.back() = 1;
  ChangedRow row;
  for (const HeldCell& part : key) {
    row.key.push_back(part.text);
  }
  row.old_prediction = shown(query, o);
  row.new_prediction = shown(query, n);
  row.extra = query.facts->extra;
  if (badness > 0) {
    worst_.offer({false, 0, badness, hashes_.back()}, [&] {
      WorstRow worst;
      worst.key = text_of(key);
      worst.old_prediction = row.old_prediction;
      worst.new_prediction = row.new_prediction;
      worst.loss_change = badness;
      worst.extra = row.extra;
      return worst;
    });
  }
  add_changed(std::move(row));
}

/// The queries come in the order of their keys.
void RankingCollector::finish(const Key& key, Query& query) {
  if (!query.in_old || !query.in_new) {
    list_single(key, query);
    return;
  }
  std::sort(query.items.begin(), query.items.end(), [](const Item& a, const Item& b) {
    return a.name < b.name;
  });
  const auto twice =
      std::adjacent_find(query.items.begin(), query.items.end(), [](const Item& a, const Item& b) {
        return a.name == b.name;
      });
  if (twice != query.items.end()) {
    throw Error(
        ErrorKind::config,
        fmt::format("the list of {} holds {} twice", quote(text_of(key)), quote(twice->name.text)));
  }
  const RankedList o = ranked(query, &Item::old_score);
  const RankedList n = ranked(query, &Item::new_score);
  Samples& samples = out_.samples;
  hashes_.push_back(text_hash(text_of(key)));
  samples.changed.push_back(0);
  const PairRow pair = measure_lists(query, o, n);
  samples.pair.add(pair);
  out_.seen.ties += n.ties > 0 ? 1U : 0U;
  double badness = 1 - pair.value[static_cast<std::size_t>(PairValue::rbo)];
  if (samples.has_labels) {
    const OwnRow before = measure_gain(o);
    const OwnRow after = measure_gain(n);
    samples.old_version.own.add(before);
    samples.new_version.own.add(after);
    const auto at = static_cast<std::size_t>(OwnValue::ndcg);
    badness = before.value[at] - after.value[at];
    out_.seen.without_relevant += std::isnan(before.value[at]) ? 1U : 0U;
  }
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const HeldCell& cell = query.facts->slices[i];
    slices_[i].add({cell.kind, cell.number, cell.text});
  }
  if (query.facts->weight) {
    samples.weight.push_back(*query.facts->weight);
  }
  if (o.items != n.items) {
    list(key, query, o, n, badness);
  }
}

void RankingCollector::sort_units() {
  Samples& s = out_.samples;
  const std::vector<std::uint32_t> order = ascending(hashes_);
  permute(hashes_, order);
  s.row_hash = std::move(hashes_);
  permute(s.weight, order);
  permute_units(s, order);
  for (SliceColumn& column : s.columns) {
    permute(column.codes, order);
  }
}

Collected RankingCollector::finish(table::Alignment alignment) {
  out_.seen.alignment = std::move(alignment);
  table::Alignment& lists = out_.seen.alignment;
  lists.matched = lists.only_old = lists.only_new = 0;
  for (auto& [key, query] : queries_) {
    lists.matched += query.in_old && query.in_new ? 1U : 0U;
    lists.only_old += query.in_old && !query.in_new ? 1U : 0U;
    lists.only_new += query.in_new && !query.in_old ? 1U : 0U;
    finish(key, query);
  }
  for (const auto& [hash, key] : singles_) {
    out_.seen.single_keys.push_back(key);
  }
  Samples& samples = out_.samples;
  samples.size = hashes_.size();
  for (SliceValues& slice : slices_) {
    samples.columns.push_back(slice.finish());
  }
  sort_units();
  for (std::uint32_t unit = 0; unit < samples.size; ++unit) {
    samples.labelled.push_back(unit);
  }
  out_.worst = worst_.take();
  return std::move(out_);
}

}  // namespace

Collected collect_ranking(table::Engine& engine,
                          const ColumnPlan& plan,
                          const policy::PredictionSet& set,
                          const ListedRows& rows,
                          const CancelToken& cancel) {
  RankingCollector collector(plan, set, rows);
  table::Alignment alignment = engine.align(
      plan.request, [&](const table::AlignedBatch& batch) { collector.take(batch); }, cancel);
  return collector.finish(std::move(alignment));
}

}  // namespace mlops::diff
