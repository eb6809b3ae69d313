#include "diff/slices.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "diff/class_totals.h"
#include "policy/predictions.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxGroups = 1000;

std::vector<const SliceColumn*> columns_of(const Samples& samples, const std::string& slice) {
  std::vector<const SliceColumn*> columns;
  for (const std::string& name : policy::slice_columns(slice, "slice")) {
    const auto found = std::find_if(samples.columns.begin(),
                                    samples.columns.end(),
                                    [&](const SliceColumn& column) { return column.name == name; });
    if (found == samples.columns.end()) {
      return {};
    }
    columns.push_back(&*found);
  }
  return columns;
}

std::string value_of(const std::vector<const SliceColumn*>& columns,
                     const std::vector<std::uint32_t>& codes) {
  std::string value;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    value += (i == 0 ? "" : "*") + columns[i]->values[codes[i]];
  }
  return value;
}

void check_number(const std::string& slice, std::size_t groups) {
  if (groups > kMaxGroups) {
    throw Error(ErrorKind::config,
                fmt::format("slice {} has more than {} groups", quote(slice), kMaxGroups));
  }
}

/// The groups of samples that hold sums: parts that differ in other columns fall together.
std::vector<RowGroup> groups_of_sums(const Samples& samples,
                                     const std::string& slice,
                                     const std::vector<const SliceColumn*>& columns) {
  std::map<std::vector<std::uint32_t>, std::shared_ptr<ClassSums>> sums_of;
  std::vector<std::uint32_t> codes(columns.size());
  for (const ClassTotals::Part& part : samples.totals->parts) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      codes[i] = part.values[static_cast<std::size_t>(columns[i] - samples.columns.data())];
    }
    std::shared_ptr<ClassSums>& sums = sums_of[codes];
    if (!sums) {
      sums = std::make_shared<ClassSums>();
      check_number(slice, sums_of.size());
    }
    sums->add(part.sums, [](std::uint32_t code) { return code; });
  }
  std::vector<RowGroup> groups;
  for (const auto& [key, sums] : sums_of) {
    groups.push_back({slice, value_of(columns, key), sums->rows(), {}, sums});
  }
  return groups;
}

}  // namespace

bool has_columns(const Samples& samples, const std::string& slice) {
  return !columns_of(samples, slice).empty();
}

std::vector<RowGroup> groups_of(const Samples& samples, const std::string& slice) {
  const auto columns = columns_of(samples, slice);
  std::vector<RowGroup> groups;
  if (columns.empty()) {
    return groups;
  }
  if (samples.totals) {
    return groups_of_sums(samples, slice, columns);
  }
  std::map<std::vector<std::uint32_t>, std::vector<std::uint32_t>> rows_of;
  std::vector<std::uint32_t> codes(columns.size());
  for (const std::uint32_t row : samples.labelled) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      codes[i] = columns[i]->codes[row];
    }
    rows_of[codes].push_back(row);
    check_number(slice, rows_of.size());
  }
  for (auto& [key, rows] : rows_of) {
    groups.push_back({slice, value_of(columns, key), rows.size(), std::move(rows)});
  }
  return groups;
}

}  // namespace mlops::diff
