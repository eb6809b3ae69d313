#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "diff/elements.h"
#include "policy/safeguards.h"
#include "stats/exact_sum.h"
#include "table/cell_changes.h"

namespace mlops::diff {

/// What is counted of one column while its changes come in. The order in which they come, and how
/// they are spread over tallies that are added up, makes no difference.
class ElementTally {
 public:
  void take(const policy::Tolerance& tolerance,
            const table::KeyTexts& key,
            const table::CellTexts& cell);
  void add(const ElementTally& other);
  /// True when the last `take` saw a change.
  bool has_changed() const { return has_changed_; }
  ElementColumn finish(std::string name) const;

 private:
  /// What orders changes: `rank` is the difference, or infinity where there is none.
  struct Worst {
    double rank = 0;
    std::uint64_t key_hash = 0;
    ElementChange change;
    bool operator<(const Worst& other) const;  ///< worse ones first
  };
  static constexpr std::size_t kWorstCells = 3;
  bool wants(double rank) const {
    return worst_.size() < kWorstCells || rank >= worst_.back().rank;
  }
  void offer(double rank, const table::KeyTexts& key, const table::CellTexts& cell);
  void keep(Worst worst);

  ElementColumn counts_;
  double max_difference_ = 0;
  stats::ExactSum sum_;
  std::vector<Worst> worst_;  ///< sorted
  bool has_changed_ = false;
};

/// A key for people: cells joined by ", ", "(none)" for null.
std::string key_text(const table::KeyTexts& key);

/// Counts what one thread is told.
class ElementSink final : public table::ChangeSink {
 public:
  /// `tolerances`: of the columns of a table by name.
  explicit ElementSink(const policy::DiffDefaults& defaults) : defaults_(defaults) {}

  void set_columns(const std::vector<std::string>& columns) override;
  void differs(const table::KeyTexts& key, std::span<const table::CellTexts> cells) override;
  void single(table::TableSide side, const table::KeyTexts& key) override;

  void add(const ElementSink& other);
  const std::vector<ElementTally>& columns() const { return tallies_; }
  std::uint64_t changed_rows() const { return changed_rows_; }
  /// Of the smallest hashes, at most kSingleKeysShown.
  std::vector<std::string> single_keys() const;

 private:
  void keep_single(std::uint64_t hash, std::string key);

  const policy::DiffDefaults& defaults_;
  std::vector<policy::Tolerance> tolerances_;
  std::vector<ElementTally> tallies_;
  std::set<std::pair<std::uint64_t, std::string>> singles_;
  std::uint64_t changed_rows_ = 0;
};

}  // namespace mlops::diff
