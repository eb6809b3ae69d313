#include "table/json_table.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "table/csv_scan.h"

namespace mlops::table {

bool JsonTable::take(std::string_view line, std::uint64_t number) {
  if (!parser_.parse(line, number)) {
    return false;
  }
  if (columns_.empty()) {
    take_columns();
  }
  const std::vector<JsonLineParser::Member>& members = parser_.members();
  // Nearly always in the order of the first line: then no key can stand twice.
  bool is_in_order = members.size() == columns_.size();
  for (std::size_t i = 0; i < members.size() && is_in_order; ++i) {
    is_in_order = members[i].key == columns_[i];
    values_[i] = members[i].value;
  }
  if (!is_in_order) {
    place_by_key();
  }
  return true;
}

void JsonTable::take_columns() {
  const std::vector<JsonLineParser::Member>& members = parser_.members();
  if (members.empty()) {
    parser_.fail("the first object is empty, so the table has no columns");
  }
  if (members.size() > kMaxColumns) {
    parser_.fail(fmt::format("more than {} keys", format_count(kMaxColumns)));
  }
  columns_.reserve(members.size());  // column_of_ looks into them
  for (const JsonLineParser::Member& member : members) {
    if (member.key.empty()) {
      parser_.fail("an empty key");
    }
    columns_.emplace_back(member.key);
    if (!column_of_.emplace(columns_.back(), columns_.size() - 1).second) {
      parser_.fail(fmt::format("the key {} stands twice", quote(member.key)));
    }
  }
  values_.resize(columns_.size());
}

void JsonTable::place_by_key() {
  is_set_.assign(columns_.size(), false);
  for (const JsonLineParser::Member& member : parser_.members()) {
    const auto found = column_of_.find(member.key);
    if (found == column_of_.end()) {
      parser_.fail(fmt::format("the key {}, which the first object has not", quote(member.key)));
    }
    if (is_set_[found->second]) {
      parser_.fail(fmt::format("the key {} stands twice", quote(member.key)));
    }
    is_set_[found->second] = true;
    values_[found->second] = member.value;
  }
  fail_missing();
}

void JsonTable::fail_missing() const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!is_set_[i]) {
      parser_.fail(fmt::format("no key {}, which the first object has; what is missing is null",
                               quote(columns_[i])));
    }
  }
}

}  // namespace mlops::table
