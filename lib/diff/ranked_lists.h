#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/cells.h"
#include "diff/unit_values.h"

namespace mlops::diff {

/// What both versions say about one item of a query.
struct Item {
  HeldCell name;
  std::optional<double> old_score;
  std::optional<double> new_score;
  double relevance = 0;
};

/// What a query shows beside its lists: of the first of its items.
struct Facts {
  HeldCell item;
  std::vector<HeldCell> slices;
  std::optional<double> weight;
  std::vector<ExtraCell> extra;
};

/// One query: its items, in the order of their names when they are measured.
struct Query {
  std::vector<Item> items;
  bool in_old = false;
  bool in_new = false;
  std::optional<Facts> facts;
};

/// Places of the items that a version scores, best first, and what they are worth.
struct RankedList {
  std::vector<std::uint32_t> items;
  std::vector<double> scores;     ///< in the order of the items' names
  std::vector<double> relevance;  ///< the same
  std::vector<double> others;     ///< relevances of the items that it leaves out
  std::uint64_t ties = 0;
};
/// By one version's scores; equal ones in the order of the items' names.
RankedList ranked(const Query& query, std::optional<double> Item::*score);

/// How much both lists have in common.
PairRow measure_lists(const Query& query, const RankedList& o, const RankedList& n);
/// How well a list puts relevant items first.
OwnRow measure_gain(const RankedList& list);
/// The first items for people: "a > b > …".
std::string shown(const Query& query, const RankedList& list);

}  // namespace mlops::diff
