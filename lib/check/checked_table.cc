#include "check/checked_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "check/profile_file.h"

namespace mlops::check {
namespace {

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// A column that only one of two files has, and which one lacks it.
[[noreturn]] void refuse_columns(const std::vector<std::string>& first,
                                 const std::vector<std::string>& other,
                                 const TableInput& input,
                                 const table::Source& part) {
  const auto lacks = [](const std::vector<std::string>& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) == all.end();
  };
  const table::Source* poor = &part;
  auto found = std::find_if(
      first.begin(), first.end(), [&](const auto& name) { return lacks(other, name); });
  if (found == first.end()) {
    found = std::find_if(
        other.begin(), other.end(), [&](const auto& name) { return lacks(first, name); });
    poor = &input.parts.front();
  }
  throw Error(ErrorKind::config,
              fmt::format("the files of {} are not one table: {} has no column {}",
                          quote(input.name),
                          quote(poor->name),
                          quote(*found)));
}

}  // namespace

CheckedTable::CheckedTable(table::Engine& engine, TableInput input) : input_(std::move(input)) {
  for (const table::Source& part : input_.parts) {
    if (names_profile(part.name)) {
      throw Error(ErrorKind::config,
                  fmt::format("{} is a profile: it has no rows to judge", quote(part.name)),
                  "a profile is a baseline: baseline = \"train.profile.json\"");
    }
    std::vector<std::string> names = engine.columns(part);
    if (columns_.empty()) {
      columns_ = std::move(names);
    } else if (sorted(columns_) != sorted(names)) {
      refuse_columns(columns_, names, input_, part);
    }
  }
}

bool CheckedTable::has(const std::string& column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t CheckedTable::want(const std::string& column, Need need) {
  const auto found = std::find_if(
      wanted_.begin(), wanted_.end(), [&](const auto& one) { return one.name == column; });
  const auto place = static_cast<std::size_t>(found - wanted_.begin());
  if (found == wanted_.end()) {
    wanted_.push_back({column, need});
  } else if (need == Need::spelling) {
    found->need = need;
  }
  return place;
}

void CheckedTable::show(table::Engine& engine,
                        Crew& crew,
                        const std::vector<Watcher*>& watchers,
                        const CancelToken& cancel) {
  begins_.clear();
  rows_ = 0;
  for (const table::Source& part : input_.parts) {
    begins_.push_back(rows_);
    const std::uint64_t begin = rows_;
    rows_ += engine.scan(
        part,
        wanted_,
        [&](const table::ScannedRows& scanned) {
          const Rows rows{begin + scanned.first, scanned.size, scanned.columns};
          // Each sees the batches in their order, so that no figure depends on the threads.
          constexpr std::size_t kWorthIt = 256;  // rows; waking a thread takes longer than few
          const auto see = [&](std::size_t i) { watchers[i]->see(rows); };
          if (rows.size >= kWorthIt) {
            crew.for_each(watchers.size(), see);
          } else {
            for (std::size_t i = 0; i < watchers.size(); ++i) {
              see(i);
            }
          }
        },
        cancel);
  }
  crew.for_each(watchers.size(), [&](std::size_t i) { watchers[i]->finish(); });
}

void CheckedTable::scan(table::Engine& engine, Crew& crew, const CancelToken& cancel) {
  show(engine, crew, watchers_, cancel);
}

void CheckedTable::scan_again(table::Engine& engine,
                              Crew& crew,
                              const std::vector<Watcher*>& watchers,
                              const CancelToken& cancel) {
  if (!watchers.empty()) {
    show(engine, crew, watchers, cancel);
  }
}

TableFacts CheckedTable::facts() const {
  return {input_.name, input_.parts.size(), rows_, columns_.size()};
}

Example CheckedTable::example(std::uint64_t row, std::string value) const {
  const auto next = std::upper_bound(begins_.begin(), begins_.end(), row);
  const auto part = static_cast<std::size_t>(next - begins_.begin()) - 1;
  return {input_.parts.size() > 1 ? input_.parts[part].name : std::string(),
          row - begins_[part] + 1,
          std::move(value)};
}

}  // namespace mlops::check
