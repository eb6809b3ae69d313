#include "diff/cells.h"

#include <cmath>

#include <fmt/format.h>

namespace mlops::diff {
namespace {

constexpr std::uint64_t kFnvStart = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001b3ULL;

std::uint64_t add_bytes(std::uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  }
  return hash;
}

/// The finaliser of MurmurHash3: FNV alone leaves neighbouring keys close together.
std::uint64_t mix(std::uint64_t hash) {
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33U;
  hash *= 0xc4ceb9fe1a85ec53ULL;
  return hash ^ (hash >> 33U);
}

}  // namespace

const table::Cell& old_cell(const RowRef& at, const PlannedColumn& column) {
  return at.batch.old_columns[column.index][at.row];
}

const table::Cell& new_cell(const RowRef& at, const PlannedColumn& column) {
  return at.batch.new_columns[column.index][at.row];
}

const table::Cell& known_cell(const RowRef& at, const PlannedColumn& column) {
  return column.in_old ? old_cell(at, column) : new_cell(at, column);
}

HeldCell::HeldCell(const table::Cell& cell) : kind(cell.kind), text(cell.text) {
  if (kind == table::Cell::Kind::number) {
    number = std::isnan(cell.number) ? 0 : cell.number;
    kind = std::isnan(cell.number) ? table::Cell::Kind::text : kind;
  }
}

std::uint64_t key_hash(const RowRef& at) {
  if (at.batch.keys.empty()) {
    // Row order is the key: the sequence of rows is kept as it is.
    return at.batch.old_rows[at.row];
  }
  std::uint64_t hash = kFnvStart;
  for (const table::ColumnCells& key : at.batch.keys) {
    const table::Cell& cell = key[at.row];
    const char kind = cell.kind == table::Cell::Kind::null ? 'n' : 'v';
    hash = add_bytes(hash, {&kind, 1});
    if (kind == 'v') {
      hash = mix(add_bytes(hash, table::canonical_label(cell)));
    }
  }
  return mix(hash);
}

std::uint64_t key_hash(std::span<const std::string_view> canonical_key) {
  std::uint64_t hash = kFnvStart;
  for (const std::string_view field : canonical_key) {
    const char kind = field.empty() ? 'n' : 'v';
    hash = add_bytes(hash, {&kind, 1});
    if (kind == 'v') {
      hash = mix(add_bytes(hash, field));
    }
  }
  return mix(hash);
}

std::uint64_t text_hash(std::string_view text) {
  return mix(add_bytes(kFnvStart, text));
}

std::string key_text(const RowRef& at) {
  if (at.batch.keys.empty()) {
    return fmt::format("row {}", at.batch.old_rows[at.row] + 1);
  }
  std::string text;
  for (const table::ColumnCells& key : at.batch.keys) {
    text += (text.empty() ? "" : ", ") + cell_text(key[at.row]);
  }
  return text;
}

std::string key_text(std::span<const std::string_view> key) {
  std::string text;
  for (const std::string_view field : key) {
    text += text.empty() ? "" : ", ";
    text += field.empty() ? std::string_view("(none)") : field;
  }
  return text;
}

std::string cell_text(const table::Cell& cell) {
  return cell.kind == table::Cell::Kind::null ? "(none)" : std::string(cell.text);
}

std::vector<ExtraCell> extra_cells(const RowRef& at, const std::vector<PlannedColumn>& columns) {
  std::vector<ExtraCell> cells;
  cells.reserve(columns.size());
  for (const PlannedColumn& column : columns) {
    const table::Cell& before = column.in_old ? old_cell(at, column) : new_cell(at, column);
    const table::Cell& after = column.in_new ? new_cell(at, column) : old_cell(at, column);
    cells.push_back({std::string(before.text), std::string(after.text)});
  }
  return cells;
}

}  // namespace mlops::diff
