#include "check/baseline.h"

namespace mlops::check {

bool Baseline::has(const std::string& column) const {
  return table_ != nullptr ? table_->has(column) : profile_->find(column) != nullptr;
}

std::vector<std::string> Baseline::columns() const {
  if (table_ != nullptr) {
    return table_->columns();
  }
  std::vector<std::string> names;
  names.reserve(profile_->columns.size());
  for (const ProfileColumn& column : profile_->columns) {
    names.push_back(column.name);
  }
  return names;
}

TableFacts Baseline::facts() const {
  return table_ != nullptr
             ? table_->facts()
             : TableFacts{
                   profile_->name, profile_->files, profile_->rows, profile_->columns.size()};
}

std::unique_ptr<ValueCounts> Baseline::count(const std::string& column,
                                             std::optional<policy::ColumnType> type,
                                             const RowHasher& hasher,
                                             SpillFile& file) const {
  const std::size_t place =
      table_ != nullptr ? table_->want(column, ValueCounts::need_of(type)) : 0;
  auto counts = std::make_unique<ValueCounts>(place, type, hasher, file);
  if (table_ != nullptr) {
    table_->watch(*counts);
  } else {
    counts->take(*profile_->find(column));
  }
  return counts;
}

std::string Baseline::problem_of(const std::string& column,
                                 std::optional<policy::ColumnType> type) const {
  if (profile_ == nullptr || profile_->find(column)->is_time == is_time(type)) {
    return {};
  }
  return is_time(type) ? "the profile was written before the policy called it a date or timestamp"
                       : "the profile was written when the policy called it a date or timestamp";
}

Baseline::Counts Baseline::count_both(const std::string& column,
                                      std::optional<policy::ColumnType> type,
                                      CheckedTable& now,
                                      const RowHasher& hasher,
                                      SpillFile& file) const {
  Counts counts;
  counts.problem = problem_of(column, type);
  counts.base = count(column, type, hasher, file);
  counts.now = std::make_unique<ValueCounts>(
      now.want(column, ValueCounts::need_of(type)), type, hasher, file);
  now.watch(*counts.now);
  if (profile_ != nullptr) {
    counts.profile = profile_->find(column);
    counts.now->count_as(*counts.profile);
  }
  return counts;
}

}  // namespace mlops::check
