#include "check/value_cells.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

namespace mlops::check::test {
namespace {

std::vector<ValueCell> singles(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  std::vector<ValueCell> cells;
  for (const std::uint64_t value : values) {
    if (cells.empty() || cells.back().low != value) {
      cells.push_back({value, ValueCell::kBits, 0});
    }
    ++cells.back().count;
  }
  return cells;
}

/// Values of very different density: clusters, far ones, and some that come often.
std::vector<std::uint64_t> mixed_values(unsigned seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t kind = random() % 10;
    values.push_back(kind < 5   ? (std::uint64_t{7} << 60U) + random() % 5000
                     : kind < 7 ? std::uint64_t{42} << 40U
                     : kind < 9 ? random() >> (random() % 64)
                                : random());
  }
  return values;
}

/// By the definition: the widest cell that holds the value and at most `most`, or it alone.
ValueCell widest(const std::vector<ValueCell>& all,
                 std::uint64_t value,
                 std::uint64_t most,
                 unsigned least) {
  for (unsigned bits = least; bits < ValueCell::kBits; ++bits) {
    ValueCell cell{leading_bits(value, bits), bits, 0};
    for (const ValueCell& one : all) {
      cell.count += leading_bits(one.low, bits) == cell.low ? one.count : 0;
    }
    if (cell.count <= most) {
      return cell;
    }
  }
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const ValueCell& one) { return one.low == value; });
  return *found;
}

}  // namespace

TEST_CASE("leading bits and the ends of a cell") {
  CHECK(leading_bits(~std::uint64_t{0}, 0) == 0);
  CHECK(leading_bits(~std::uint64_t{0}, 4) == std::uint64_t{0xF} << 60U);
  CHECK(leading_bits(123, 64) == 123);
  CHECK(ValueCell{0, 0, 1}.high() == ~std::uint64_t{0});
  CHECK(ValueCell{8, 61, 1}.high() == 15);
  CHECK(ValueCell{8, 64, 1}.high() == 8);
  CHECK(ValueCell{8, 64, 1}.middle() == 8);
  CHECK(ValueCell{8, 61, 1}.middle() == 11);
}

TEST_CASE("a cell is the widest that holds few rows") {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    const std::vector<ValueCell> all = singles(mixed_values(seed, 150));
    for (const std::uint64_t most : {1U, 5U, 20U, 1000U}) {
      for (const unsigned least : {0U, 16U}) {
        const ValueCells cells = ValueCells(all).coarser(most, least);
        std::uint64_t rows = 0;
        for (const ValueCell& one : all) {
          const ValueCell* const cell = cells.find(one.low);
          REQUIRE(cell != nullptr);
          CHECK(*cell == widest(all, one.low, most, least));
          rows += one.count;
        }
        CHECK(cells.rows() == rows);
      }
    }
  }
}

TEST_CASE("cells are the same in how many steps ever they are made coarser") {
  const ValueCells all(singles(mixed_values(9, 3000)));
  for (const std::uint64_t most : {2U, 3U, 7U, 40U}) {
    const ValueCells once = all.coarser(most * 3, 12);
    CHECK(all.coarser(most, 16).coarser(most * 3, 12).list() == once.list());
    CHECK(once.coarser(most * 3, 12).list() == once.list());
  }
}

TEST_CASE("cells of two are added up, where they overlap in the wider one") {
  const ValueCells a({{0x10, 60, 3}, {0x20, 64, 1}, {0x40, 60, 2}});
  const ValueCells b({{0x11, 64, 5}, {0x1F, 64, 1}, {0x20, 60, 4}, {0x50, 64, 1}});
  const std::vector<ValueCell> both{{0x10, 60, 9}, {0x20, 60, 5}, {0x40, 60, 2}, {0x50, 64, 1}};
  CHECK(ValueCells::sum(a, b).list() == both);
  CHECK(ValueCells::sum(b, a).list() == both);
  CHECK(ValueCells::sum(a, ValueCells()).list() == a.list());
  CHECK(a.find(0x1F) == &a.list()[0]);
  CHECK(a.find(0x0F) == nullptr);
  CHECK(a.find(0x21) == nullptr);
  CHECK(ValueCells().find(0) == nullptr);
}

TEST_CASE("no values have no cells") {
  CHECK(CellBuilder(5, 16).finish().empty());
  CellBuilder one(5, 16);
  one.add({0x123456789ABCDEF0, 64, 3});
  CHECK(one.finish() == std::vector<ValueCell>{{0x1234000000000000, 16, 3}});
  CellBuilder often(2, 16);
  often.add({7, 64, 2});
  often.add({7, 64, 2});
  CHECK(often.finish() == std::vector<ValueCell>{{7, 64, 4}});
}

}  // namespace mlops::check::test
