#include "diff/element_counts.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "diff/collect.h"
#include "diff/tolerance.h"
#include "table/cell.h"

namespace mlops::diff {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::infinity();

using CellKind = table::Cell::Kind;

// FNV-1a with a final mix, of the cells' bytes: only what orders equals.
std::uint64_t hash_of(const table::KeyTexts& key) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::string_view cell : key) {
    for (const char c : cell) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    hash = (hash ^ 0xFFU) * 0x100000001b3U;
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdU;
  return hash ^ (hash >> 33U);
}

bool is_finite_value(const table::Cell& cell) {
  return cell.kind == CellKind::text ||
         (cell.kind == CellKind::number && std::isfinite(cell.number));
}

bool is_exact(const policy::Tolerance& tolerance) {
  return tolerance.rtol == 0 && tolerance.atol == 0;
}

}  // namespace

std::string key_text(const table::KeyTexts& key) {
  std::string text;
  for (const std::string_view cell : key) {
    text += text.empty() ? "" : ", ";
    text += cell.empty() ? "(none)" : cell;
  }
  return text;
}

bool ElementTally::Worst::operator<(const Worst& other) const {
  return std::tuple(-rank, key_hash, std::tie(change.key, change.old_text, change.new_text)) <
         std::tuple(-other.rank,
                    other.key_hash,
                    std::tie(other.change.key, other.change.old_text, other.change.new_text));
}

void ElementTally::take(const policy::Tolerance& tolerance,
                        const table::KeyTexts& key,
                        const table::CellTexts& cell) {
  has_changed_ = false;
  const table::Cell before = table::parse_cell(cell.old_text);
  const table::Cell after = table::parse_cell(cell.new_text);
  const bool are_numbers = before.kind == CellKind::number && after.kind == CellKind::number;
  if (table::same_value(before, after)) {
    return;
  }
  // Integers beyond 2^53 that are one double are other numbers all the same.
  if (are_numbers && !is_exact(tolerance) && within(tolerance, before.number, after.number)) {
    ++counts_.within;
    return;
  }
  has_changed_ = true;
  ++counts_.changed;
  counts_.became_null += after.kind == CellKind::null ? 1U : 0U;
  counts_.was_null += before.kind == CellKind::null ? 1U : 0U;
  const bool has_both = before.kind != CellKind::null && after.kind != CellKind::null;
  counts_.type_changes += has_both && before.kind != after.kind ? 1U : 0U;
  counts_.new_nonfinite += is_finite_value(before) && !is_finite_value(after) ? 1U : 0U;
  if (!are_numbers || !std::isfinite(before.number) || !std::isfinite(after.number)) {
    if (wants(kNoNumber)) {
      offer(kNoNumber, key, cell);
    }
    return;
  }
  ++counts_.numbers;
  // Two of the largest numbers with different signs are further apart than a double can say.
  const double difference =
      std::min(std::abs(after.number - before.number), std::numeric_limits<double>::max());
  max_difference_ = std::max(max_difference_, difference);
  sum_.add(difference);
  if (wants(difference)) {
    offer(difference, key, cell);
  }
}

void ElementTally::offer(double rank, const table::KeyTexts& key, const table::CellTexts& cell) {
  const std::uint64_t hash = hash_of(key);
  if (worst_.size() == kWorstCells && rank == worst_.back().rank && hash > worst_.back().key_hash) {
    return;
  }
  const bool is_number = rank < kNoNumber;
  keep({rank,
        hash,
        {key_text(key),
         std::string(cell.old_text),
         std::string(cell.new_text),
         is_number ? std::optional(rank) : std::nullopt}});
}

void ElementTally::keep(Worst worst) {
  worst_.insert(std::upper_bound(worst_.begin(), worst_.end(), worst), std::move(worst));
  if (worst_.size() > kWorstCells) {
    worst_.pop_back();
  }
}

void ElementTally::add(const ElementTally& other) {
  counts_.changed += other.counts_.changed;
  counts_.within += other.counts_.within;
  counts_.became_null += other.counts_.became_null;
  counts_.was_null += other.counts_.was_null;
  counts_.type_changes += other.counts_.type_changes;
  counts_.new_nonfinite += other.counts_.new_nonfinite;
  counts_.numbers += other.counts_.numbers;
  max_difference_ = std::max(max_difference_, other.max_difference_);
  sum_.add(other.sum_);
  for (const Worst& worst : other.worst_) {
    keep(worst);
  }
}

ElementColumn ElementTally::finish(std::string name) const {
  ElementColumn column = counts_;
  column.name = std::move(name);
  if (counts_.numbers > 0) {
    column.max_difference = max_difference_;
    column.mean_difference = sum_.value() / static_cast<double>(counts_.numbers);
  }
  for (const Worst& worst : worst_) {
    column.worst.push_back(worst.change);
  }
  return column;
}

void ElementSink::set_columns(const std::vector<std::string>& columns) {
  tallies_.resize(columns.size());
  for (const std::string& name : columns) {
    tolerances_.push_back(tolerance_of(defaults_, name));
  }
}

void ElementSink::differs(const table::KeyTexts& key, std::span<const table::CellTexts> cells) {
  bool has_changed = false;
  for (const table::CellTexts& cell : cells) {
    ElementTally& tally = tallies_[cell.column];
    tally.take(tolerances_[cell.column], key, cell);
    has_changed = has_changed || tally.has_changed();
  }
  changed_rows_ += has_changed ? 1U : 0U;
}

void ElementSink::single(table::TableSide /*side*/, const table::KeyTexts& key) {
  const std::uint64_t hash = hash_of(key);
  if (singles_.size() < kSingleKeysShown || hash <= singles_.rbegin()->first) {
    keep_single(hash, key_text(key));
  }
}

void ElementSink::keep_single(std::uint64_t hash, std::string key) {
  singles_.emplace(hash, std::move(key));
  if (singles_.size() > kSingleKeysShown) {
    singles_.erase(std::prev(singles_.end()));
  }
}

void ElementSink::add(const ElementSink& other) {
  changed_rows_ += other.changed_rows_;
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    tallies_[i].add(other.tallies_[i]);
  }
  for (const auto& [hash, key] : other.singles_) {
    keep_single(hash, key);
  }
}

std::vector<std::string> ElementSink::single_keys() const {
  std::vector<std::string> keys;
  for (const auto& [hash, key] : singles_) {
    keys.push_back(key);
  }
  return keys;
}

}  // namespace mlops::diff
