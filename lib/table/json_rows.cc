#include "table/json_rows.h"

#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::table {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20U;  // held at once, and one row more

}  // namespace

JsonRows::JsonRows(const OpenTable& table, const std::vector<std::size_t>& columns)
    : table_(table),
      columns_(columns),
      lines_(table.fd, table.source),
      parsed_(table.source.name),
      rows_(columns.size()),
      wanted_(columns.size()) {}

std::size_t JsonRows::next() {
  rows_.clear();
  std::uint64_t bytes = 0;
  while (rows_.size() < kMostRows && bytes < kMostBytes) {
    const std::optional<std::string_view> line = lines_.next();
    if (!line) {
      break;
    }
    if (!parsed_.take(*line, lines_.number())) {
      continue;
    }
    if (parsed_.columns().size() != table_.shape.columns.size()) {
      throw Error(ErrorKind::io,
                  fmt::format("{} was changed while it was read", quote(table_.source.name)));
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      wanted_[i] = parsed_.values()[columns_[i]];
      bytes += wanted_[i].size();
    }
    rows_.append(wanted_);
  }
  return rows_.size();
}

}  // namespace mlops::table
