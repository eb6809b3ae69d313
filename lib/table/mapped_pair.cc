#include "table/mapped_pair.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace mlops::table {
namespace {

std::vector<std::string> only_in_first(const std::vector<std::string>& first,
                                       const std::vector<std::string>& second) {
  const std::unordered_set<std::string_view> known(second.begin(), second.end());
  std::vector<std::string> only;
  std::copy_if(first.begin(), first.end(), std::back_inserter(only), [&](const std::string& name) {
    return !known.contains(name);
  });
  return only;
}

}  // namespace

std::vector<std::size_t> positions_of(const std::vector<std::string>& names,
                                      const std::vector<std::string>& columns) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    places.emplace(columns[i], i);
  }
  std::vector<std::size_t> found;
  for (const std::string& name : names) {
    if (const auto place = places.find(name); place != places.end()) {
      found.push_back(place->second);
    }
  }
  return found;
}

MappedPair map_pair(const Source& old_table,
                    const Source& new_table,
                    const std::vector<std::string>& keys,
                    const MatchThreads& threads) {
  MappedPair pair;
  if (keys.empty()) {
    pair.why_not = "rows without a key";
    return pair;
  }
  for (const auto& [source, table] :
       {std::pair{&old_table, &pair.old_table}, std::pair{&new_table, &pair.new_table}}) {
    MappedCsvOrNot mapped = map_csv(*source);
    if (!mapped.table) {
      pair.why_not = std::move(mapped.why_not);
      return pair;
    }
    table->emplace(*std::move(mapped.table));
  }
  pair.options.old_keys = positions_of(keys, pair.old_table->columns);
  pair.options.new_keys = positions_of(keys, pair.new_table->columns);
  if (pair.options.old_keys.size() != keys.size() || pair.options.new_keys.size() != keys.size()) {
    pair.why_not = "a key column that is missing";
  }
  pair.options.threads = std::max(1U, threads.count);
  pair.options.part_bytes = threads.part_bytes;
  return pair;
}

Alignment MappedPair::alignment(const MatchedRows& rows) const {
  Alignment alignment;
  alignment.old_rows = rows.old_rows;
  alignment.new_rows = rows.new_rows;
  alignment.matched = rows.matched;
  alignment.only_old = rows.only_old;
  alignment.only_new = rows.only_new;
  alignment.added_columns = only_in_first(new_table->columns, old_table->columns);
  alignment.removed_columns = only_in_first(old_table->columns, new_table->columns);
  return alignment;
}

}  // namespace mlops::table
