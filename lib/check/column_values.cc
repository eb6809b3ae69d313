#include "check/column_values.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "base/time_text.h"
#include "table/cell.h"

namespace mlops::check {
namespace {

using policy::ColumnType;
using Kind = table::Cell::Kind;

constexpr std::array<std::string_view, 14> kNullSpellings{"na",
                                                          "n/a",
                                                          "#n/a",
                                                          "<na>",
                                                          "null",
                                                          "(null)",
                                                          "nil",
                                                          "none",
                                                          "missing",
                                                          "undefined",
                                                          "unknown",
                                                          "-",
                                                          "--",
                                                          "?"};

bool is_bool_text(std::string_view text) {
  const std::string lower = text.size() > 5 ? std::string() : to_lower_ascii(text);
  return lower == "true" || lower == "false";
}

std::optional<std::int64_t> time_in(std::string_view text, ColumnType type) {
  return type == ColumnType::date ? parse_date(text) : parse_timestamp(text);
}

}  // namespace

bool is_nan(const table::Cell& cell) {
  return cell.kind == Kind::number && std::isnan(cell.number);
}

bool has_type(const table::Cell& cell, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return cell.kind == Kind::number && std::isfinite(cell.number) &&
             std::trunc(cell.number) == cell.number;
    case ColumnType::real:
      return cell.kind == Kind::number;
    case ColumnType::boolean:
      return cell.kind == Kind::text && is_bool_text(cell.text);
    case ColumnType::text:
      return true;
    case ColumnType::date:
    case ColumnType::timestamp:
      break;
  }
  return cell.kind == Kind::text && time_in(cell.text, type).has_value();
}

std::optional<double> number_in(const table::Cell& cell, std::optional<ColumnType> type) {
  if (type == ColumnType::date || type == ColumnType::timestamp) {
    const auto time = time_in(cell.text, *type);
    return time ? std::optional(static_cast<double>(*time)) : std::nullopt;
  }
  return cell.kind == Kind::number ? std::optional(cell.number) : std::nullopt;
}

bool spells_null(std::string_view text) {
  constexpr std::size_t kLongest = 9;
  if (text.empty() || text.size() > kLongest) {
    return false;
  }
  const std::string lower = to_lower_ascii(text);
  return std::find(kNullSpellings.begin(), kNullSpellings.end(), lower) != kNullSpellings.end();
}

std::uint64_t length_of(std::string_view text) {
  constexpr unsigned kContinuation = 0x80;
  constexpr unsigned kMark = 0xC0;
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & kMark) != kContinuation;
  }));
}

AllowedValues::AllowedValues(const policy::ColumnRule& rule)
    : fold_case_(rule.type == ColumnType::boolean) {
  for (const std::string& value : rule.values) {
    labels_.insert(table::canonical_label(table::parse_cell(value)));
  }
}

bool AllowedValues::has(const table::Cell& cell) const {
  if (labels_.contains(cell.text)) {
    return true;
  }
  return cell.kind == Kind::number ? labels_.contains(table::canonical_label(cell))
                                   : fold_case_ && labels_.contains(to_lower_ascii(cell.text));
}

}  // namespace mlops::check
