#include "table/row_slots.h"

namespace mlops::table {
namespace {

// Both halves of the whole product, folded: one multiplication mixes 128 bits into 64.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(const char* bytes, std::size_t count) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  return word;
}

}  // namespace

std::uint64_t KeyHasher::operator()(std::span<const std::string_view> cells) const {
  std::uint64_t hash = seed_[0];
  for (const std::string_view cell : cells) {
    const char* at = cell.data();
    std::size_t rest = cell.size();
    for (; rest > 16; rest -= 16, at += 16) {
      hash = fold(load(at, 8) ^ seed_[1] ^ hash, load(at + 8, 8) ^ seed_[0]);
    }
    const std::uint64_t first = load(at, rest < 8 ? rest : 8);
    const std::uint64_t second = rest > 8 ? load(at + 8, rest - 8) : 0;
    hash = fold(first ^ seed_[1] ^ hash, second ^ seed_[0] ^ cell.size());
  }
  return fold(hash ^ seed_[0], seed_[1] | 1U);
}

}  // namespace mlops::table
