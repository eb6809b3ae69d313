#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"
#include "check/row_hash.h"

namespace mlops::check {

/// Rule `reference`: rows whose values stand in no row of another table. A row that lacks one of
/// the values refers to nothing.
class References final : public Judge {
 public:
  References(const policy::CheckRule& rule,
             CheckedTable& table,
             CheckedTable& against,
             SpillFile& file);
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  class Side final : public Watcher {
   public:
    Side(References& references,
         CheckedTable& table,
         const std::vector<std::string>& columns,
         std::uint64_t tag);
    void see(const Rows& rows) override;
    std::uint64_t rows = 0;

   private:
    References& references_;
    std::uint64_t tag_;
    std::vector<std::size_t> places_;
  };

  RuleResult rule_;
  double max_;
  CheckedTable& table_;
  RowHasher hasher_;
  HashedRows seen_;
  std::unique_ptr<Side> there_;
  std::unique_ptr<Side> here_;
};

}  // namespace mlops::check
