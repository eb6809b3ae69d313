#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "check/baseline.h"
#include "check/check.h"
#include "check/checked_table.h"
#include "check/column_judge.h"
#include "check/crew.h"
#include "check/expressions.h"
#include "check/judge.h"
#include "check/pictures.h"
#include "check/spill_file.h"

namespace mlops::check {

/// All that one check reads and all who judge it.
class Session {
 public:
  Session(table::Engine& engine, const CheckInput& input, const CheckSettings& settings);
  CheckReport run(table::Engine& engine, const CancelToken& cancel);

 private:
  struct Seat {
    std::unique_ptr<Judge> judge;
    policy::Severity severity = policy::Severity::fail;
    policy::OnInsufficient on_insufficient = policy::OnInsufficient::warn;
  };
  void seat(std::unique_ptr<Judge> judge, policy::Severity severity = policy::Severity::fail) {
    seats_.push_back({std::move(judge), severity, input_.check.on_insufficient});
  }
  void seat_without_baseline(RuleResult rule, policy::Severity severity);
  void seat_columns();
  void seat_key();
  void seat_rule(const policy::CheckRule& rule);
  void seat_on_labels(const policy::CheckRule& rule);
  void seat_on_baseline(const policy::CheckRule& rule);
  void seat_skew(const policy::CheckRule& rule);
  void judge_rows_again(table::Engine& engine, const CancelToken& cancel);
  void share_memory(const CheckSettings& settings);
  std::vector<const TableInput*> inputs() const;
  void judge_by_house(CheckReport& report) const;
  void note_nulls(CheckReport& report) const;

  const CheckInput& input_;
  const CheckSettings& settings_;
  Crew crew_;
  SpillFile file_;
  CheckedTable table_;
  std::optional<CheckedTable> baseline_table_;
  std::optional<Baseline> baseline_;  ///< that table, or a profile
  std::map<std::string, CheckedTable> against_;
  std::vector<Seat> seats_;
  std::vector<const ColumnJudge*> columns_;
  std::vector<Expression*> expressions_;
  std::optional<PictureTaker> pictures_;
};

}  // namespace mlops::check
