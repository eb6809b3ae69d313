#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"
#include "check/row_hash.h"

namespace mlops::check {

/// Whether rows of `against` (validation) stand in the checked table (training) too, by the hash of
/// some columns.
class Overlap final : public Judge {
 public:
  struct Question {
    RuleResult rule;  ///< without a verdict
    std::vector<std::string> columns;
    double max = 0;
    std::optional<std::uint64_t> digits;  ///< numbers rounded to as many first
  };
  Overlap(Question question, CheckedTable& table, CheckedTable& against, SpillFile& file);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  class Side final : public Watcher {
   public:
    Side(Overlap& overlap, CheckedTable& table, std::uint64_t tag);
    void see(const Rows& rows) override;
    std::uint64_t rows = 0;

   private:
    Overlap& overlap_;
    std::uint64_t tag_;
    std::vector<std::size_t> places_;
  };

  Question question_;
  CheckedTable& against_;
  std::string problem_;
  RowHasher hasher_;
  HashedRows seen_;
  std::unique_ptr<Side> training_;
  std::unique_ptr<Side> validation_;
};

/// Validation rows that are not later than the newest training row. The training table must be
/// scanned first.
class TimeOverlap final : public Judge {
 public:
  TimeOverlap(const policy::CheckRule& rule, CheckedTable& table, CheckedTable& against);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  class Training final : public Watcher {
   public:
    void see(const Rows& rows) override;
    std::size_t place = 0;
    std::optional<std::int64_t> newest;
  };
  class Validation final : public Watcher {
   public:
    explicit Validation(const Training& training) : training_(training) {}
    void see(const Rows& rows) override;
    std::size_t place = 0;
    std::uint64_t times = 0;
    std::uint64_t early = 0;
    std::vector<std::uint64_t> first;

   private:
    const Training& training_;
  };

  RuleResult rule_;
  double max_;
  CheckedTable& against_;
  std::string problem_;
  Training training_;
  Validation validation_;
};

/// The judges of one rule `leakage`: same features, nearly the same ones, the table's key, a group,
/// a time, as far as the rule and the check name them.
std::vector<std::unique_ptr<Judge>> leakage_judges(const policy::CheckRule& rule,
                                                   const policy::Check& check,
                                                   CheckedTable& table,
                                                   CheckedTable& against,
                                                   SpillFile& file);

}  // namespace mlops::check
