#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "check/checked_table.h"
#include "check/judge.h"
#include "check/personal_values.h"

namespace mlops::check {

/// Rule `pii`: a verdict a column. No value leaves it but by its form.
class PersonalData final : public Judge, public Watcher {
 public:
  PersonalData(const policy::CheckRule& rule, CheckedTable& table);
  void see(const Rows& rows) override;
  void conclude(std::vector<Outcome>& outcomes) override;
  std::vector<std::string> notes() const override;
  std::size_t sorts() const override { return 0; }

 private:
  struct Column {
    std::string name;
    std::size_t place = 0;
    PiiKinds hinted;
    std::uint64_t values = 0;
    std::array<std::uint64_t, policy::kPiiKinds> hits{};
    std::vector<std::pair<std::uint64_t, std::string>> first;  ///< row and form
  };
  void see_column(Column& column, const Rows& rows) const;
  bool is_kind(const Column& column, std::size_t kind) const;
  Outcome judge(const Column& column) const;

  const policy::CheckRule& rule_;
  CheckedTable& table_;
  PiiKinds denied_;
  std::vector<Column> columns_;
  std::vector<std::string> allowed_;
  std::vector<std::string> missing_;
};

}  // namespace mlops::check
