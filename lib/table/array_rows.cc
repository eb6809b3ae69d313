#include "table/array_rows.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "table/npy_value.h"

namespace mlops::table {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20U;  // held at once, or one row

}  // namespace

ArrayRows::ArrayRows(const OpenTable& table, const std::vector<std::size_t>& columns)
    : table_(table),
      columns_(columns),
      blocks_(table.arrays.blocks.size()),
      rows_(columns.size()),
      ends_(columns.size()),
      fields_(columns.size()) {
  std::vector<bool> is_wanted(blocks_.size());
  std::size_t row = 0;
  for (const std::size_t column : columns_) {
    const std::size_t block = table.arrays.columns[column].block;
    row += is_wanted[block] ? 0 : table.arrays.blocks[block].stride;
    is_wanted[block] = true;
  }
  most_rows_ = row == 0 ? kMostRows : std::clamp<std::size_t>(kMostBytes / row, 1, kMostRows);
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    blocks_[block].resize(is_wanted[block] ? most_rows_ * table.arrays.blocks[block].stride : 0);
  }
}

std::size_t ArrayRows::next() {
  const std::uint64_t count = std::min(most_rows_, table_.shape.rows - begin_);
  rows_.clear();
  read_blocks(count);
  for (std::uint64_t row = 0; row < count; ++row) {
    append_row(row);
  }
  begin_ += count;
  return count;
}

void ArrayRows::read_blocks(std::uint64_t count) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const ArrayBlock& block = table_.arrays.blocks[i];
    const std::span<std::uint8_t> wanted =
        std::span(blocks_[i]).first(blocks_[i].empty() ? 0 : count * block.stride);
    const os::Fd& fd = block.is_unpacked ? table_.plain->fd() : table_.fd;
    const std::uint64_t offset = block.begin + begin_ * block.stride;
    if (os::pread_full(fd, wanted, offset, table_.source.path) != wanted.size()) {
      throw Error(ErrorKind::io,
                  fmt::format("{} was changed while it was read", quote(table_.source.name)));
    }
  }
}

void ArrayRows::append_row(std::uint64_t row) {
  text_.clear();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ArrayColumn& column = table_.arrays.columns[columns_[i]];
    const std::size_t stride = table_.arrays.blocks[column.block].stride;
    const std::span<const std::uint8_t> bytes =
        std::span<const std::uint8_t>(blocks_[column.block])
            .subspan(row * stride + column.offset, column.type.size);
    if (!append_npy_value(column.type, bytes, text_)) {
      throw Error(ErrorKind::config,
                  fmt::format("{} row {}, column {}: {}",
                              quote(table_.source.name),
                              begin_ + row + 1,
                              quote(table_.shape.columns[columns_[i]]),
                              column.type.kind == NpyType::Kind::boolean ? "neither true nor false"
                                                                         : "not UTF-8 text"));
    }
    ends_[i] = text_.size();
  }
  std::size_t begin = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    fields_[i] = std::string_view(text_).substr(begin, ends_[i] - begin);
    begin = ends_[i];
  }
  rows_.append(fields_);
}

}  // namespace mlops::table
