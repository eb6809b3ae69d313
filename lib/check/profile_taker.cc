#include "check/profile_taker.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "check/column_values.h"
#include "os/memory.h"

namespace mlops::check {
namespace {

using Cursor = SpillSort<ValueCount>::Cursor;

bool is_plain_text(std::string_view text) {
  return text.size() <= ProfileColumn::kLongestName && is_utf8(text) &&
         escape_for_terminal(text) == text;
}

/// Of what looks personal no whole value goes into a cell.
ValueCell cell_of(const ValueCount& counted, unsigned bits) {
  return {leading_bits(counted.value, bits), bits, counted.count};
}

/// How many different values there are, up to one more than may be kept as they are.
std::size_t count_distinct(Cursor numbers, Cursor texts) {
  std::size_t distinct = 0;
  for (Cursor* const cursor : {&numbers, &texts}) {
    while (distinct <= ProfileColumn::kFewValues && cursor->next()) {
      ++distinct;
    }
  }
  return distinct;
}

/// Cells that `ProfileColumn::bound` makes coarser where they are still too many.
ValueCells cells_of(Cursor cursor, std::uint64_t most, unsigned least_bits, unsigned bits) {
  CellBuilder builder(most, least_bits);
  while (const auto counted = cursor.next()) {
    builder.add(cell_of(*counted, bits));
  }
  return ValueCells(builder.finish());
}

/// The same, infinities apart.
ValueCells number_cells(Cursor cursor, std::uint64_t most, unsigned bits) {
  CellBuilder builder(most, most == 0 ? ValueCell::kBits : ProfileColumn::kNumberBits);
  std::vector<ValueCell> cells;
  std::optional<ValueCell> last;
  while (const auto counted = cursor.next()) {
    const double number = number_of(counted->value);
    if (std::isfinite(number)) {
      builder.add(cell_of(*counted, bits));
    } else if (number < 0) {
      cells.push_back(cell_of(*counted, ValueCell::kBits));
    } else {
      last = cell_of(*counted, ValueCell::kBits);
    }
  }
  const std::vector<ValueCell> finite = builder.finish();
  cells.insert(cells.end(), finite.begin(), finite.end());
  if (last) {
    cells.push_back(*last);
  }
  return ValueCells(std::move(cells));
}

}  // namespace

ProfileTaker::Column::Column(const std::string& name,
                             std::optional<policy::ColumnType> type,
                             CheckedTable& table,
                             const RowHasher& hasher,
                             SpillFile& file)
    : name_(name),
      type_(type),
      place_(table.want(name)),
      counts_(place_, type, hasher, file),
      personal_(name) {
  table.watch(counts_);
  table.watch(*this);
}

void ProfileTaker::Column::see(const Rows& rows) {
  const table::ScannedColumn& cells = rows.columns[place_];
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (cells[i].kind == table::Cell::Kind::null || is_nan(cells[i])) {
      continue;
    }
    personal_.see(cells[i].text);
    if (are_few_ && cells[i].kind == table::Cell::Kind::text) {
      see_name(cells[i]);
    }
  }
}

void ProfileTaker::Column::see_name(const table::Cell& cell) {
  if (is_time(type_) && number_in(cell, type_)) {
    return;
  }
  const auto found = names_.find(cell.text);
  if (found != names_.end()) {
    ++found->second;
    return;
  }
  names_.emplace(std::string(cell.text), std::uint64_t{1});
  if (names_.size() > ProfileColumn::kMostNames) {
    are_few_ = false;
    names_.clear();
  }
}

ProfileColumn ProfileTaker::Column::take() {
  ProfileColumn column;
  column.name = name_;
  column.is_time = is_time(type_);
  column.nulls = counts_.nulls();
  column.nans = counts_.nans();
  const std::uint64_t values = counts_.numbers() + counts_.texts();
  column.is_personal = personal_.kinds(values).any();
  const std::size_t distinct = count_distinct(counts_.read_numbers(), counts_.read_texts());
  const bool is_few = !column.is_personal && distinct <= ProfileColumn::kFewValues &&
                      values >= ProfileColumn::kOften * distinct;
  const std::uint64_t most =
      is_few ? 0 : std::max(ProfileColumn::kOften, values / ProfileColumn::kParts);
  column.numbers = number_cells(counts_.read_numbers(),
                                most,
                                column.is_personal ? ProfileColumn::kNumberBits : ValueCell::kBits);
  column.texts = cells_of(counts_.read_texts(),
                          most,
                          0,
                          column.is_personal ? ProfileColumn::kPersonalTextBits : ValueCell::kBits);
  for (const auto& [text, count] : names_) {
    if (count >= ProfileColumn::kOften && is_plain_text(text)) {
      column.names.push_back(text);
    }
  }
  column.bound();
  return column;
}

ProfileTaker::ProfileTaker(const policy::Check& check,
                           CheckedTable& table,
                           const Profile::Key& key,
                           SpillFile& file)
    : table_(table), key_(key), hasher_(key) {
  for (const std::string& name : table.columns()) {
    if (std::find(check.key.begin(), check.key.end(), name) != check.key.end()) {
      continue;
    }
    if (!is_utf8(name)) {
      throw Error(ErrorKind::config,
                  fmt::format("column {} of {} has a name that is no UTF-8, which no profile holds",
                              quote(name),
                              quote(table.name())));
    }
    std::optional<policy::ColumnType> type;
    for (const policy::ColumnRule& described : check.columns) {
      type = described.name == name ? described.type : type;
    }
    columns_.push_back(std::make_unique<Column>(name, type, table, hasher_, file));
    names_.push_back(name);
  }
  want_pairs(check);
}

/// What rules of kind correlation may ask.
void ProfileTaker::want_pairs(const policy::Check& check) {
  std::vector<std::string> wanted;
  for (const policy::CheckRule& rule : check.rules) {
    if (rule.kind == policy::CheckKind::correlation) {
      const std::vector<std::string>& columns = rule.columns.empty() ? names_ : rule.columns;
      wanted.insert(wanted.end(), columns.begin(), columns.end());
    }
  }
  std::vector<std::string> paired;
  for (std::size_t place = 0; place < names_.size(); ++place) {
    if (std::find(wanted.begin(), wanted.end(), names_[place]) != wanted.end()) {
      paired_.push_back(place);
      paired.push_back(names_[place]);
    }
  }
  if (paired.size() < 2 || paired.size() > CorrelationChange::kMostColumns) {
    paired_.clear();  // of more the rule itself has no answer
    return;
  }
  correlations_.emplace(paired, table_);
  table_.watch(*correlations_);
}

Profile ProfileTaker::take(const CancelToken& cancel) {
  Profile profile;
  profile.name = table_.name();
  profile.files = table_.input().parts.size();
  profile.key = key_;
  profile.rows = table_.rows();
  for (const auto& column : columns_) {
    cancel.check();
    profile.columns.push_back(column->take());
  }
  for (std::size_t first = 0; first < paired_.size(); ++first) {
    for (std::size_t second = first + 1; second < paired_.size(); ++second) {
      ProfilePair pair = correlations_->moments(first, second);
      pair.first = paired_[first];
      pair.second = paired_[second];
      profile.pairs.push_back(pair);
    }
  }
  return profile;
}

Profile take_profile(table::Engine& engine,
                     const policy::Check& check,
                     const TableInput& table,
                     const Profile::Key& key,
                     const CheckSettings& settings,
                     const CancelToken& cancel) {
  constexpr std::uint64_t kPart = 8;
  SpillFile file(settings.scratch);
  CheckedTable checked(engine, table);
  ProfileTaker taker(check, checked, key, file);
  file.share_memory(
      settings.memory_bytes != 0 ? settings.memory_bytes : os::usable_memory() / kPart,
      taker.sorts());
  Crew crew(settings.threads);
  checked.scan(engine, crew, cancel);
  return taker.take(cancel);
}

}  // namespace mlops::check
