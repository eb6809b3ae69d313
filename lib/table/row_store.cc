#include "table/row_store.h"

#include <cstddef>

namespace mlops::table {

void RowStore::append(const std::vector<std::string_view>& fields) {
  offsets_.push_back(bytes_.size());
  for (const std::string_view field : fields) {
    std::size_t rest = field.size();
    for (; rest >= 0x80U; rest >>= 7U) {
      bytes_.push_back(static_cast<char>((rest & 0x7FU) | 0x80U));
    }
    bytes_.push_back(static_cast<char>(rest));
    bytes_.append(field);
  }
}

void RowStore::clear() {
  offsets_.clear();
  bytes_.clear();
}

void RowStore::read(std::uint64_t row, std::vector<std::string_view>& fields) const {
  fields.resize(columns_);
  std::size_t at = offsets_[row];
  for (std::string_view& field : fields) {
    std::size_t length = 0;
    unsigned shift = 0;
    unsigned char byte = 0;
    do {
      byte = static_cast<unsigned char>(bytes_[at]);
      ++at;
      length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
      shift += 7;
    } while ((byte & 0x80U) != 0);
    field = std::string_view(bytes_).substr(at, length);
    at += length;
  }
}

std::uint64_t RowStore::memory_bytes() const {
  return offsets_.capacity() * sizeof(std::uint64_t) + bytes_.capacity();
}

}  // namespace mlops::table
