#pragma once

#include <cstdint>
#include <optional>

#include "check/checked_table.h"
#include "check/judge.h"

namespace mlops::check {

/// Rule `freshness`: how long ago the newest row is. Needs the time of the judgement, by which two
/// runs may differ; nothing else here does.
class Freshness final : public Judge, public Watcher {
 public:
  Freshness(const policy::CheckRule& rule, CheckedTable& table, std::int64_t now_us);
  void see(const Rows& rows) override;
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  const policy::CheckRule& rule_;
  CheckedTable& table_;
  std::int64_t now_us_;
  std::optional<std::size_t> place_;
  std::optional<std::int64_t> newest_;
  std::uint64_t newest_row_ = 0;
  std::uint64_t times_ = 0;
  std::uint64_t others_ = 0;  ///< values that are no times
};

/// A date, or else a timestamp; nothing for what is neither.
std::optional<std::int64_t> time_of(const table::Cell& cell);

}  // namespace mlops::check
