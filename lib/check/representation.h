#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"

namespace mlops::check {

/// Rule `representation` for one column: the share of each of its values, and how far apart the
/// rates of the positive label are. A difference that so few rows have by chance, and a group that
/// is too small, lack evidence.
class Representation final : public Judge, public Watcher {
 public:
  static constexpr std::size_t kMostGroups = 50;  ///< beyond it is no group

  Representation(const policy::CheckRule& rule,
                 const policy::Check& check,
                 const std::string& column,
                 CheckedTable& table);
  void see(const Rows& rows) override;
  void conclude(std::vector<Outcome>& outcomes) override;

 private:
  struct Group {
    std::uint64_t rows = 0;
    std::uint64_t labelled = 0;
    std::uint64_t positives = 0;
  };
  std::string title(const std::string& group, std::uint64_t rows) const;
  void conclude_shares(std::vector<Outcome>& outcomes) const;
  void conclude_rates(std::vector<Outcome>& outcomes) const;
  std::string rate_text(const std::string& name, const Group& group) const;
  void compare(const std::vector<Group>& groups, RuleResult& rule) const;

  const policy::CheckRule& rule_;
  std::string column_;
  std::string problem_;
  std::string positive_;  ///< canonical
  std::size_t place_ = 0;
  std::optional<std::size_t> label_;
  std::map<std::string, Group> groups_;
};

}  // namespace mlops::check
