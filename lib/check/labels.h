#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "check/baseline.h"
#include "check/checked_table.h"
#include "check/judge.h"

namespace mlops::check {

/// How often each value of a column stands, up to a bound.
class LabelCounts final : public Watcher {
 public:
  static constexpr std::size_t kMost = 1000;  ///< different values; beyond it is no label
  struct Count {
    std::uint64_t rows = 0;
    std::uint64_t first_row = 0;
  };

  LabelCounts(const std::string& column, CheckedTable& table);
  /// Of a profile, which knows texts by hash: those among `others` get their names, the rest what
  /// the profile calls them.
  LabelCounts(const std::string& column, const Profile& profile, const LabelCounts& others);
  void see(const Rows& rows) override;
  /// By canonical label; null is none.
  const std::map<std::string, Count>& counts() const { return counts_; }
  /// Why there is nothing to judge by; empty: there is.
  const std::string& problem() const { return problem_; }

 private:
  std::optional<std::size_t> place_;
  std::map<std::string, Count> counts_;
  std::string problem_;
};

/// Rule `imbalance`: rows of the most frequent label for each row of the rarest.
class Imbalance final : public Judge {
 public:
  Imbalance(const policy::CheckRule& rule, const std::string& column, CheckedTable& table);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  RuleResult rule_;
  double max_;
  LabelCounts labels_;
};

/// Rule `new_labels`: values that the baseline does not have, and those that only it has. The
/// latter only warn.
class NewLabels final : public Judge {
 public:
  NewLabels(const policy::CheckRule& rule,
            const std::string& column,
            CheckedTable& table,
            Baseline baseline);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  void conclude_one(std::vector<Outcome>& outcomes,
                    std::string metric,
                    const LabelCounts& here,
                    const LabelCounts& there);
  const policy::CheckRule& rule_;
  std::string column_;
  CheckedTable& table_;
  Baseline baseline_;
  LabelCounts labels_;
  std::optional<LabelCounts> known_;  ///< of a profile after the scan
};

}  // namespace mlops::check
