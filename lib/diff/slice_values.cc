#include "diff/slice_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "stats/summary.h"

namespace mlops::diff {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

SliceValues::SliceValues(std::string name, TooMany too_many)
    : name_(std::move(name)),
      labels_(kMaxValues + 1, "slice column " + quote(name_)),
      too_many_(too_many) {}

void SliceValues::add(const table::Cell& cell) {
  if (has_given_up_) {
    return;
  }
  try {
    take(cell);
  } catch (const Error&) {
    if (too_many_ == TooMany::refuse) {
      throw;
    }
    has_given_up_ = true;
  }
}

void SliceValues::take(const table::Cell& cell) {
  const bool is_number = cell.kind == table::Cell::Kind::number;
  const bool is_text = cell.kind == table::Cell::Kind::text;
  all_numbers_ = all_numbers_ && !is_text;
  if (spilled_) {
    if (is_text) {
      throw Error(ErrorKind::config,
                  fmt::format("slice column {} has more than {} different values, not all numbers",
                              quote(name_),
                              kMaxValues));
    }
    numbers_.push_back(is_number ? cell.number : kNan);
    return;
  }
  codes_.push_back(labels_.code(cell));
  if (is_number && codes_.back() >= code_numbers_.size()) {
    code_numbers_.resize(codes_.back() + 1, kNan);
    code_numbers_[codes_.back()] = cell.number;
  }
  if (all_numbers_ && labels_.size() >= kMaxValues) {
    spill();
  }
}

void SliceValues::spill() {
  numbers_.reserve(codes_.size());
  for (const std::uint32_t code : codes_) {
    numbers_.push_back(code == kNoCode ? kNan : code_numbers_[code]);
  }
  codes_.clear();
  spilled_ = true;
}

SliceColumn SliceValues::as_quartiles() {
  std::vector<double> sorted;
  std::copy_if(numbers_.begin(), numbers_.end(), std::back_inserter(sorted), [](double v) {
    return std::isfinite(v);
  });
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> edges;
  for (const double q : {0.25, 0.5, 0.75}) {
    const auto edge = stats::quantile_sorted(sorted, q);
    if (edge && (edges.empty() || *edge > edges.back())) {
      edges.push_back(*edge);
    }
  }
  SliceColumn column;
  column.name = name_;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    column.values.push_back(i == 0 ? fmt::format("<= {:g}", edges[i])
                                   : fmt::format("{:g} .. {:g}", edges[i - 1], edges[i]));
  }
  column.values.push_back(edges.empty() ? "(all)" : fmt::format("> {:g}", edges.back()));
  const auto none = static_cast<std::uint32_t>(column.values.size());
  column.values.emplace_back(kNone);
  for (const double value : numbers_) {
    const auto bin = std::lower_bound(edges.begin(), edges.end(), value) - edges.begin();
    column.codes.push_back(std::isnan(value) ? none : static_cast<std::uint32_t>(bin));
  }
  return column;
}

SliceColumn SliceValues::finish() {
  if (has_given_up_) {
    return {name_, {}, {}};
  }
  if (all_numbers_ && !spilled_ && labels_.size() > kMaxNumbersAsLabels) {
    spill();
  }
  if (spilled_) {
    return as_quartiles();
  }
  SliceColumn column;
  column.name = name_;
  const std::vector<std::uint32_t> new_code = labels_.sort();
  column.values = labels_.texts();
  const auto none = static_cast<std::uint32_t>(column.values.size());
  column.values.emplace_back(kNone);
  column.codes = std::move(codes_);
  for (std::uint32_t& code : column.codes) {
    code = code == kNoCode ? none : new_code[code];
  }
  return column;
}

std::vector<SliceValues> slice_values_of(const ColumnPlan& plan) {
  using enum SliceValues::TooMany;
  std::vector<SliceValues> slices;
  for (std::size_t i = 0; i < plan.slices.size(); ++i) {
    slices.emplace_back(plan.slices[i].name, i < plan.first_searched ? refuse : give_up);
  }
  return slices;
}

}  // namespace mlops::diff
