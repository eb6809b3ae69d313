#include "diff/ranked_lists.h"

#include <algorithm>

#include "stats/ranking.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kDepth = 10;
constexpr std::size_t kShownItems = 5;

}  // namespace

RankedList ranked(const Query& query, std::optional<double> Item::*score) {
  RankedList list;
  for (std::uint32_t i = 0; i < query.items.size(); ++i) {
    const Item& item = query.items[i];
    if (item.*score) {
      list.items.push_back(i);
      list.scores.push_back(*(item.*score));
      list.relevance.push_back(item.relevance);
    } else {
      list.others.push_back(item.relevance);
    }
  }
  // The items are in the order of their names, which a stable sort keeps between equal scores.
  std::stable_sort(list.items.begin(), list.items.end(), [&](std::uint32_t a, std::uint32_t b) {
    return *(query.items[a].*score) > *(query.items[b].*score);
  });
  for (std::size_t i = 1; i < list.items.size(); ++i) {
    list.ties +=
        query.items[list.items[i]].*score == query.items[list.items[i - 1]].*score ? 1U : 0U;
  }
  return list;
}

std::string shown(const Query& query, const RankedList& list) {
  std::string text;
  for (std::size_t i = 0; i < list.items.size() && i < kShownItems; ++i) {
    text += (i == 0 ? "" : " > ") + query.items[list.items[i]].name.text;
  }
  return text + (list.items.size() > kShownItems ? " > …" : "");
}

PairRow measure_lists(const Query& query, const RankedList& o, const RankedList& n) {
  PairRow row;
  row.set(PairValue::rbo, stats::rank_biased_overlap(o.items, n.items).value_or(kNoValue));
  row.set(PairValue::overlap_at_10, stats::overlap_at(o.items, n.items, kDepth).value_or(kNoValue));
  row.set(PairValue::jaccard_at_10, stats::jaccard_at(o.items, n.items, kDepth).value_or(kNoValue));
  std::vector<double> old_scores;
  std::vector<double> new_scores;
  for (const Item& item : query.items) {
    if (item.old_score && item.new_score) {
      old_scores.push_back(*item.old_score);
      new_scores.push_back(*item.new_score);
    }
  }
  row.set(PairValue::kendall_tau, stats::kendall_tau_b(old_scores, new_scores).value_or(kNoValue));
  return row;
}

OwnRow measure_gain(const RankedList& list) {
  OwnRow row;
  row.set(OwnValue::ndcg,
          stats::ndcg(list.relevance, list.scores, 0, list.others).value_or(kNoValue));
  row.set(OwnValue::ndcg_at_10,
          stats::ndcg(list.relevance, list.scores, kDepth, list.others).value_or(kNoValue));
  return row;
}

}  // namespace mlops::diff
